/// The rules for the command line itself: unknown options and properties, identifiers, values.
enum OptionRules {
  static let all: [DiagnosisRule] = options + replaced + unknown + properties + identifiers + values

  /// The options that newer versions of QEMU no longer have, with their replacements.
  private static let replacements: [(option: String, remedy: String)] = [
    ("no-acpi", "use -machine acpi=off"),
    ("no-hpet", "use -machine hpet=off"),
    ("singlestep", "use -accel tcg,one-insn-per-tb=on"),
    ("chroot", "use -run-with chroot=DIRECTORY"),
    ("runas", "use -run-with user=NAME"),
    ("async-teardown", "use -run-with async-teardown=on"),
    ("enable-hax", "use -accel kvm, or -accel tcg"),
    ("soundhw", "use -audio DRIVER,model=hda, or -audiodev with -device hda-duplex,audiodev=ID"),
    ("watchdog", "use -device i6300esb, and -action watchdog=… for the action"),
    ("localtime", "use -rtc base=localtime"),
    ("startdate", "use -rtc base=DATE"),
    ("balloon", "use -device virtio-balloon-pci"),
    ("no-kvm", "use -accel tcg"),
    ("tb-size", "use -accel tcg,tb-size=MEBIBYTES"),
    ("realtime", "use -overcommit mem-lock=on"),
    ("show-cursor", "use -display gtk,show-cursor=on (or sdl)"),
    ("no-quit", "use -display gtk,window-close=off (or sdl)"),
    ("no-frame", "remove it: the window always has a frame"),
    ("redir", "use -netdev user,id=n0,hostfwd=tcp::HOSTPORT-:GUESTPORT"),
    ("smb", "use -netdev user,id=n0,smb=DIRECTORY"),
    ("tftp", "use -netdev user,id=n0,tftp=DIRECTORY"),
    ("writeconfig", "keep the command line itself in a file: there is no replacement"),
  ]

  private static let replaced: [DiagnosisRule] = replacements.map { option, remedy in
    DiagnosisRule(
      "option-removed-\(option)", [WordPattern("-\(option): invalid option")],
      cause: "newer versions of QEMU no longer have the option -\(option)", remedy: remedy)
  }

  private static let unknown: [DiagnosisRule] = [
    DiagnosisRule(
      "option-run-with-unknown", ["-run-with: invalid option"],
      cause: "this QEMU is older than 8.1 and does not know -run-with",
      remedy: "use -runas, -chroot or -async-teardown with this QEMU, or use a newer QEMU"),
    DiagnosisRule(
      "option-unknown", ["-{option}: invalid option"],
      cause: "this QEMU has no option -{option}",
      remedy: "correct or remove it: `qemu-system-ARCH -help` lists all options"),
  ]

  private static let options: [DiagnosisRule] = [
    .init(
      "option-group-missing", ["There is no option group '{group}'*"],
      cause: "the option -{group} is in a module that is not installed",
      remedy:
        "install the package in QEMU's message (qemu-system-modules-{group} on Debian), or remove -{group}"),
    .init(
      "option-without-value", ["-{option}: requires an argument"],
      cause: "-{option} is the last argument and has no value",
      remedy: "add the value, or remove -{option}"),
    .init(
      "json-malformed", ["{place}: JSON parse error, {reason}", "JSON parse error, {reason}"],
      cause: "the value is not valid JSON: {reason}",
      remedy: "check the braces and quotes; in a shell, put the whole value in single quotes"),
    .init(
      "reconnect-removed", ["Invalid parameter 'reconnect'"],
      cause: "reconnect= (in seconds) was replaced by reconnect-ms= and removed",
      remedy: "write reconnect-ms=1000 instead of reconnect=1"),
    .init(
      "migration-to-descriptor-file", ["fd: migration to a file is not supported. Use file: instead."],
      cause: "the descriptor is not a socket or pipe, or is not open",
      remedy: "pass an open socket or pipe, or use -incoming file:PATH"),
  ]

  private static let unknownProperty: [WordPattern] = ["*Property '{type}.{property}' not found"]

  private static let properties: [DiagnosisRule] = [
    .init(
      "machine-property-unknown", ["Property '{machine}-machine.{property}' not found"],
      cause: "the machine {machine} has no property '{property}'",
      remedy:
        "remove {property}, or correct its name: `qemu-system-ARCH -machine {machine},help` lists the "
        + "properties; pass properties of an accelerator with -accel"),
    .init(
      "cpu-feature-unknown", ["*Property '{model}-cpu.{feature}' not found"],
      cause: "no processor of this QEMU has a feature '{feature}'",
      remedy: "correct or remove it: `qemu-system-ARCH -cpu help` lists the features"),
    .init(
      "device-property-unknown", unknownProperty,
      cause: "{type} has no property '{property}' in this QEMU",
      remedy:
        "correct or remove it: `qemu-system-ARCH -device {type},help` lists the properties (-object for objects)"
    ),
    .init(
      "object-type-unknown", ["Parameter 'qom-type' does not accept value '{type}'"],
      cause: "this QEMU has no object type '{type}'",
      remedy: "correct it: `qemu-system-ARCH -object help` lists the types; some need a package with modules"),
    .init(
      "display-unknown", ["-display *: Parameter 'type' does not accept value '{type}'"],
      cause: "this QEMU has no display '{type}'",
      remedy: "use none, vnc=:1, or one that `qemu-system-ARCH -display help` lists"),
    .init(
      "netdev-type-unknown", ["-netdev *: Parameter 'type' does not accept value '{type}'"],
      cause: "this QEMU has no network type '{type}'",
      remedy: "use one that `qemu-system-ARCH -netdev help` lists; user needs a build with slirp"),
    .init(
      "audio-driver-unknown", ["-audiodev *: Parameter 'driver' does not accept value '{driver}'"],
      cause: "this QEMU has no audio driver '{driver}'",
      remedy: "use none, or one that `qemu-system-ARCH -audiodev help` lists"),
    .init(
      "chardev-type-unknown", ["'{type}' is not a valid char driver*"],
      cause: "this QEMU has no character device '{type}'",
      remedy: "use one that `qemu-system-ARCH -chardev help` lists"),
    .init(
      "parameter-unknown", ["Invalid parameter '{name}'", "Parameter '{name}' is unexpected"],
      cause: "the option has no parameter '{name}' in this QEMU",
      remedy: "correct or remove '{name}'; the manual page lists the option's parameters"),
  ]

  private static let identifiers: [DiagnosisRule] = [
    .init(
      "id-missing", ["Parameter 'id' is missing"],
      cause: "the option has no id=, which is required", remedy: "add id=NAME"),
    .init(
      "id-invalid", ["Parameter 'id' expects an identifier*"],
      cause: "an id must begin with a letter and have only letters, digits, '-', '.', '_'",
      remedy: "correct id="),
    .init(
      "id-taken", ["Duplicate ID '{id}' for {kind}"],
      cause: "two options of one kind ({kind}) have the id '{id}'", remedy: "give each option its own id"),
    .init(
      "parameter-missing", ["Parameter '{name}' is missing"],
      cause: "the option needs {name}=", remedy: "add {name}=; the manual page describes it"),
  ]

  private static let values: [DiagnosisRule] = [
    .init(
      "mac-invalid", ["Property '{device}.mac' doesn't take value '{value}'"],
      cause: "'{value}' is not a MAC address",
      remedy: "write six pairs of hexadecimal digits: 52:54:00:12:34:56"
    ),
    .init(
      "property-value-invalid", ["Property '{type}.{property}' doesn't take value '{value}'"],
      cause: "{property} of {type} cannot be '{value}'",
      remedy: "correct the value: `qemu-system-ARCH -device {type},help` describes it"),
    .init(
      "value-not-offered", ["Parameter '{name}' does not accept value '{value}'"],
      cause: "{name} cannot be '{value}'", remedy: "use a value that the manual page (or {name}=help) lists"),
    .init(
      "value-of-other-type", ["Parameter '{name}' expects {kind}"],
      cause: "the value of {name} has the wrong type: QEMU expects {kind}",
      remedy: "correct the value of {name}; only sizes may have the suffixes k, M, G, T"),
    .init(
      "uuid-invalid", ["failed to parse UUID string: wrong format"],
      cause: "the value of -uuid is not a UUID",
      remedy: "write 8-4-4-4-12 hexadecimal digits; `uuidgen` generates a UUID"),
    .init(
      "rtc-invalid", ["invalid datetime format*", "invalid option value '{value}'"],
      cause: "-rtc has a value that QEMU does not know",
      remedy:
        "use base=utc, localtime or a date like 2026-01-31T16:01:21; clock=host, rt or vm; driftfix=slew "
        + "or none"
    ),
    .init(
      "boot-device-invalid", ["Invalid boot device '{letter}'"],
      cause: "-boot has the letter '{letter}', which stands for no device",
      remedy: "use a, b (floppy), c (disk), d (CD-ROM), n (network), or rather bootindex= of the devices"),
    .init(
      "icount-conflict", ["align=on and sleep=off are incompatible"],
      cause: "-icount cannot both follow the host's clock (align=on) and skip idle time (sleep=off)",
      remedy: "remove one of the two"),
    .init(
      "property-not-applied", ["*can't apply global {type}.{property}={value}: {reason}"],
      cause: "{property} of {type} cannot be '{value}': {reason}",
      remedy:
        "correct {property}; `qemu-system-ARCH -cpu help` or -device NAME,help lists the properties"),
  ]
}
