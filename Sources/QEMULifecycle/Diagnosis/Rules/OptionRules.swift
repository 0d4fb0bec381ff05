/// The command line itself: options and properties that this QEMU does not know, identifiers, values.
enum OptionRules {
  static let all: [DiagnosisRule] = options + replaced + unknown + properties + identifiers + values

  /// Options that newer QEMUs have no more, and what took their place.
  private static let replacements: [(option: String, remedy: String)] = [
    ("no-acpi", "use -machine acpi=off"),
    ("no-hpet", "use -machine hpet=off"),
    ("singlestep", "use -accel tcg,one-insn-per-tb=on"),
    ("chroot", "use -run-with chroot=DIRECTORY"),
    ("runas", "use -run-with user=NAME"),
    ("async-teardown", "use -run-with async-teardown=on"),
    ("enable-hax", "use -accel kvm, or -accel tcg"),
    ("soundhw", "use -audio DRIVER,model=hda, or -audiodev with -device hda-duplex,audiodev=ID"),
    ("watchdog", "use -device i6300esb, and -action watchdog=… for what it does"),
    ("localtime", "use -rtc base=localtime"),
    ("startdate", "use -rtc base=DATE"),
    ("balloon", "use -device virtio-balloon-pci"),
    ("no-kvm", "use -accel tcg"),
    ("tb-size", "use -accel tcg,tb-size=MEBIBYTES"),
    ("realtime", "use -overcommit mem-lock=on"),
    ("show-cursor", "use -display gtk,show-cursor=on (or sdl)"),
    ("no-quit", "use -display gtk,window-close=off (or sdl)"),
    ("no-frame", "remove it: the window has its frame always"),
    ("redir", "use -netdev user,id=n0,hostfwd=tcp::HOSTPORT-:GUESTPORT"),
    ("smb", "use -netdev user,id=n0,smb=DIRECTORY"),
    ("tftp", "use -netdev user,id=n0,tftp=DIRECTORY"),
    ("writeconfig", "keep the command line itself in a file: nothing replaces it"),
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
      remedy: "use -runas, -chroot or -async-teardown with this QEMU, or a newer one"),
    DiagnosisRule(
      "option-unknown", ["-{option}: invalid option"],
      cause: "this QEMU has no option -{option}",
      remedy: "correct or remove it: `qemu-system-ARCH -help` lists all"),
  ]

  private static let options: [DiagnosisRule] = [
    .init(
      "option-group-missing", ["There is no option group '{group}'*"],
      cause: "the option -{group} is in a module that is not installed",
      remedy:
        "install the package that QEMU names (qemu-system-modules-{group} on Debian), or remove -{group}"),
    .init(
      "option-without-value", ["-{option}: requires an argument"],
      cause: "-{option} is the last word and has no value",
      remedy: "write its value after it, or remove it"),
    .init(
      "json-malformed", ["{place}: JSON parse error, {reason}", "JSON parse error, {reason}"],
      cause: "the value is not valid JSON: {reason}",
      remedy: "check the braces and quotes; in a shell put the whole value into single quotes"),
    .init(
      "reconnect-removed", ["Invalid parameter 'reconnect'"],
      cause: "reconnect= (in seconds) was replaced by reconnect-ms= and removed",
      remedy: "write reconnect-ms=1000 in place of reconnect=1"),
    .init(
      "migration-to-descriptor-file", ["fd: migration to a file is not supported. Use file: instead."],
      cause: "the descriptor is not a socket or pipe, or not open at all",
      remedy: "pass an open socket or pipe, or use -incoming file:PATH"),
  ]

  private static let unknownProperty: [WordPattern] = ["*Property '{type}.{property}' not found"]

  private static let properties: [DiagnosisRule] = [
    .init(
      "machine-property-unknown", ["Property '{machine}-machine.{property}' not found"],
      cause: "the machine {machine} has no property '{property}'",
      remedy:
        "remove {property}, or correct its name: `qemu-system-ARCH -machine {machine},help` lists what there "
        + "is; an accelerator's own properties stand with -accel"),
    .init(
      "cpu-feature-unknown", ["*Property '{model}-cpu.{feature}' not found"],
      cause: "no processor of this QEMU has a feature '{feature}'",
      remedy: "correct or remove it: `qemu-system-ARCH -cpu help` lists the features"),
    .init(
      "device-property-unknown", unknownProperty,
      cause: "{type} has no property '{property}' in this QEMU",
      remedy: "`qemu-system-ARCH -device {type},help` lists those it has (-object for objects)"),
    .init(
      "object-type-unknown", ["Parameter 'qom-type' does not accept value '{type}'"],
      cause: "this QEMU has no object type '{type}'",
      remedy: "correct it: `qemu-system-ARCH -object help` lists them; some come with a package of modules"),
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
      cause: "what is defined has no name by which another option can use it", remedy: "add id=NAME"),
    .init(
      "id-invalid", ["Parameter 'id' expects an identifier*"],
      cause: "an id has to begin with a letter and hold letters, digits, '-', '.', '_' only",
      remedy: "choose such an id"),
    .init(
      "id-taken", ["Duplicate ID '{id}' for {kind}"],
      cause: "two of a kind ({kind}) have the id '{id}'", remedy: "give each an id of its own"),
    .init(
      "parameter-missing", ["Parameter '{name}' is missing"],
      cause: "the option needs {name}=", remedy: "add {name}=; the manual page says what it takes"),
  ]

  private static let values: [DiagnosisRule] = [
    .init(
      "mac-invalid", ["Property '{device}.mac' doesn't take value '{value}'"],
      cause: "'{value}' is no MAC address", remedy: "write six pairs of hexadecimal digits: 52:54:00:12:34:56"
    ),
    .init(
      "property-value-invalid", ["Property '{type}.{property}' doesn't take value '{value}'"],
      cause: "{property} of {type} cannot be '{value}'",
      remedy: "`qemu-system-ARCH -device {type},help` says what it takes"),
    .init(
      "value-not-offered", ["Parameter '{name}' does not accept value '{value}'"],
      cause: "{name} cannot be '{value}'", remedy: "use a value that the manual page (or {name}=help) lists"),
    .init(
      "value-of-other-type", ["Parameter '{name}' expects {kind}"],
      cause: "the value of {name} is of another kind: QEMU expects {kind}",
      remedy: "correct the value of {name}; sizes take the suffixes k, M, G, T where QEMU expects a size"),
    .init(
      "uuid-invalid", ["failed to parse UUID string: wrong format"],
      cause: "-uuid is not a UUID", remedy: "write it as 8-4-4-4-12 hexadecimal digits; `uuidgen` makes one"),
    .init(
      "rtc-invalid", ["invalid datetime format*", "invalid option value '{value}'"],
      cause: "-rtc has a value that QEMU does not know",
      remedy:
        "use base=utc, localtime or a date like 2026-01-31T16:01:21; clock=host, rt or vm; driftfix=slew "
        + "or none"
    ),
    .init(
      "boot-device-invalid", ["Invalid boot device '{letter}'"],
      cause: "-boot has the letter '{letter}', which means no device",
      remedy: "use a, b (floppy), c (disk), d (CD), n (network); better give the devices bootindex="),
    .init(
      "icount-conflict", ["align=on and sleep=off are incompatible"],
      cause: "-icount cannot keep to the host's clock (align=on) and skip idle time (sleep=off)",
      remedy: "remove one of the two"),
    .init(
      "property-not-applied", ["*can't apply global {type}.{property}={value}: {reason}"],
      cause: "{property} of {type} cannot be '{value}': {reason}",
      remedy:
        "correct {property}; `qemu-system-ARCH -cpu help` or -device NAME,help lists what there is"),
  ]
}
