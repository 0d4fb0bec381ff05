/// The rules for invalid values of options.
enum ValueRules {
  static let all: [DiagnosisRule] = kinds + limits

  private static let kinds: [DiagnosisRule] = [
    .init(
      "chardev-module-missing", ["'{type}' is not a valid char driver*"],
      when: { captures, _ in ["spicevmc", "spiceport", "dbus", "braille"].contains(captures["type"]) },
      cause:
        "the character device '{type}' is in a module that is not installed, or this QEMU is built "
        + "without it",
      remedy:
        "install its package (on Debian qemu-system-modules-spice for spicevmc and spiceport, "
        + "qemu-system-modules-opengl for dbus, qemu-system-gui for braille), or remove it"),
    .init(
      "spice-not-enabled", ["spice not enabled"],
      cause: "the character device is a part of SPICE, which is not enabled",
      remedy: "add -spice port=5930,disable-ticketing=on, or use another -chardev"),
    .init(
      "spice-channel-invalid", ["unsupported type name: {name}\nallowed spice char type names: {names}"],
      cause: "there is no SPICE channel '{name}'",
      remedy: "use name= one of {names}"),
    .init(
      "spice-channel-missing", ["chardev: spice channel: no name given"],
      cause: "spicevmc has no channel name",
      remedy: "add name=vdagent, smartcard or usbredir"),
    .init(
      "braille-server-missing", ["brlapi__openConnection: {reason}"],
      cause: "no braille server (brltty) answers: {reason}",
      remedy: "start brltty, or remove the braille device"),
    .init(
      "shared-directory-driver-unknown", ["fsdev: fsdriver {name} not found"],
      cause: "this QEMU has no driver '{name}' for a shared directory",
      remedy: "use -fsdev local (or synth for tests)"),
    .init(
      "security-model-invalid", ["invalid security_model property '{value}'*"],
      cause: "security_model= cannot be '{value}'",
      remedy: "use passthrough, mapped-xattr, mapped-file or none"),
    .init(
      "plugin-unusable", ["Could not load plugin {path}: {reason}"],
      cause: "the plugin '{path}' cannot be loaded: {reason}",
      remedy: "correct -plugin, and build the plugin for this QEMU"),
    .init(
      "log-template-invalid", ["Bad logfile template: {path}"],
      cause: "the log name '{path}' of -D has a % that is not %d",
      remedy: "write %d for the process id, once, or no %"),
    .init(
      "address-range-invalid", ["Bad range specifier"],
      cause: "-dfilter has a range that QEMU cannot read",
      remedy: "write START..END, START+SIZE or START-SIZE, in hexadecimal"),
    .init(
      "icount-shift-invalid", ["icount: Invalid shift value"],
      cause: "shift= of -icount is not a number from 0 to 10",
      remedy: "use a number from 0 to 10, or auto"),
    .init(
      "sandbox-value-invalid", ["invalid argument for {name}"],
      cause: "-sandbox has a value for {name} that QEMU does not know",
      remedy: "use allow or deny (or children, for elevateprivileges)"),
    .init(
      "seed-invalid", ["Invalid seed number: {text}"],
      cause: "'{text}' is not a seed",
      remedy: "write a number: -seed 42"),
    .init(
      "configuration-malformed", ["*parse error"],
      when: { _, circumstances in circumstances.has("readconfig") },
      cause: "the file of -readconfig is malformed; QEMU's message may have the line",
      remedy: "write [device] or [device \"id\"], then one `name = \"value\"` on each line"),
    .init(
      "set-target-undefined", ["there is no {group} \"{id}\" defined"],
      cause: "-set changes the {group} '{id}', which is not defined",
      remedy: "define the {group} with id={id}, or correct -set"),
    .init(
      "set-malformed", ["can't parse: \"{text}\""],
      cause: "'{text}' is not a valid value of -set",
      remedy: "write -set GROUP.ID.PROPERTY=VALUE: -set device.disk0.serial=abc"),
    .init(
      "object-id-undefined", ["Cannot find object ID '{id}'"],
      cause: "the option refers to the object '{id}', which is not defined",
      remedy: "add `-object …,id={id}`, or correct the id"),
  ]

  private static let limits: [DiagnosisRule] = [
    .init(
      "value-out-of-range", ["Value '{value}' is out of range for parameter '{name}'"],
      cause: "{name} cannot be as large as {value}",
      remedy: "use a smaller value"),
    .init(
      "object-value-out-of-range",
      [
        "{property} value must be in range {range}",
        "property '{property}' of {type} doesn't take value '{value}'",
      ],
      cause: "the value of {property} is out of range",
      remedy: "correct {property}=; see the range in the manual page"),
    .init(
      "object-value-negative", ["Property values cannot be negative"],
      cause: "a limit of the object is negative",
      remedy: "use 0 for no limit, or a positive number"),
  ]
}
