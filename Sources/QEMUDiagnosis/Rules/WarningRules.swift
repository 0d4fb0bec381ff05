extension WarningRule {
  /// All rules. The first one that matches is used.
  static let all: [WarningRule] = processors + accelerators + devices + images + spellings

  private static let processors: [WarningRule] = [
    .init(
      "cpu-feature-not-in-tcg", .differs,
      [
        "TCG doesn't support requested feature: CPUID[*].*.{feature} [bit *]",
        "TCG doesn't support requested feature: CPUID.*:*.{feature} [bit *]",
        "TCG doesn't support requested feature: MSR(*).{feature} [bit *]",
        "TCG doesn't support requested feature: {feature}",
      ],
      meaning:
        "the guest's processor lacks features of the model, because tcg does not emulate them: {feature}",
      remedy:
        "use a model that tcg can emulate completely (-cpu max has most features), disable the features, or add "
        + "enforce to refuse such a start"),
    .init(
      "cpu-feature-not-on-host", .differs,
      [
        "host doesn't support requested feature: CPUID[*].*.{feature} [bit *]",
        "host doesn't support requested feature: CPUID.*:*.{feature} [bit *]",
        "host doesn't support requested feature: MSR(*).{feature} [bit *]",
        "host doesn't support requested feature: {feature}",
      ],
      meaning:
        "the guest's processor lacks features of the model, because this host does not have them: {feature}",
      remedy:
        "use an older model or -cpu host, disable the features, or add enforce to refuse such a start"),
    .init(
      "cpu-topology-unsupported", .differs, ["This family of AMD CPU doesn't support hyperthreading*"],
      meaning:
        "the guest sees a topology that its processor family does not have, and may ignore the threads",
      remedy: "use threads=1, or add +topoext to the processor"),
    .init(
      "cpu-count-over-recommendation", .differs,
      [
        "Number of SMP cpus requested ({count}) exceeds the recommended * by KVM ({recommended})"
      ],
      meaning:
        "the guest has {count} processors, but KVM on this host recommends {recommended} at most: it will "
        + "be slow",
      remedy: "lower -smp to the number of the host's processors"),
    .init(
      "cpu-limit-over-recommendation", .differs,
      [
        "Number of hotpluggable cpus requested ({count}) exceeds the recommended * by KVM ({recommended})"
      ],
      meaning:
        "the guest may have {count} processors in all, but KVM on this host recommends {recommended} at "
        + "most: it will be slow if more of them are online",
      remedy: "lower maxcpus of -smp, or do not plug in more processors than the host has",
      includingRule: "cpu-count-over-recommendation"),
    .init(
      "cpu-topology-zero", .differs, ["Deprecated CPU topology (considered invalid): {reason}"],
      meaning: "QEMU corrected -smp: {reason}", remedy: "use 1 or more for each property of -smp"),
    .init(
      "phys-bits-differ", .differs,
      ["Host physical bits ({host}) does not match phys-bits property ({guest})"],
      meaning: "the guest has {guest} bits of physical addresses, but the host has {host}",
      remedy: "use host-phys-bits=on"),
  ]

  /// The rule for a fallback whose reason the rules for failed starts may explain.
  static let unknownFallback = "accelerator-fell-back"

  private static let accelerators: [WarningRule] = [
    .init(
      "kvm-not-permitted", .fellBack,
      ["falling back to {accelerator}\nCould not access KVM kernel module: Permission denied*"],
      meaning: "QEMU uses the accelerator {accelerator}, because the user of QEMU may not open /dev/kvm",
      remedy: "{kvm access}; never chmod 666, which opens the device to all users"),
    .init(
      "kvm-missing", .fellBack,
      ["falling back to {accelerator}\nCould not access KVM kernel module: No such file or directory*"],
      meaning: "QEMU uses the accelerator {accelerator}, because this host has no /dev/kvm",
      remedy:
        "load kvm_intel or kvm_amd, or enable virtualization in the firmware (nested: in the outer "
        + "hypervisor)"
    ),
    .init(
      "accelerator-absent", .fellBack, ["falling back to {accelerator}\ninvalid accelerator {absent}"],
      meaning: "QEMU uses the accelerator {accelerator}, because this QEMU is built without {absent}",
      remedy: "specify only accelerators that `qemu-system-ARCH -accel help` lists"),
    .init(
      unknownFallback, .fellBack,
      [
        "falling back to {accelerator}\n{reason}\nfailed to initialize {failed}: *",
        "falling back to {accelerator}\n{reason}",
      ],
      meaning: "QEMU uses the accelerator {accelerator}, because an earlier accelerator failed: {reason}",
      remedy:
        "correct the cause, or specify only acceptable accelerators: a start then fails instead of falling back"
    ),
    .init(
      "kernel-irqchip-off-deprecated", .deprecated,
      [
        "Userspace local APIC is deprecated for KVM.",
        "Do not use kernel-irqchip except for the -M isapc machine type.",
      ],
      meaning: "kernel-irqchip=off will not work in later versions",
      remedy: "remove it, or use kernel-irqchip=split"),
  ]

  private static let devices: [WarningRule] = [
    .init(
      "pci-slot-unreachable", .differs,
      ["PCI: slot {slot} is not valid for {device}, parent device only allows plugging into slot 0."],
      meaning:
        "the guest cannot see {device}: a root port has one slot, and another device is plugged into it",
      remedy: "give each device its own pcie-root-port"),
    .init(
      "network-without-peer", .unconnected, ["{kind} {name} has no peer"],
      meaning: "{kind} {name} has no peer, so no packets pass",
      remedy: "connect it: -netdev …,id=N with -device …,netdev=N"),
    .init(
      "network-card-not-created", .unconnected,
      ["requested NIC ({name}) was not created (not supported by this machine?)"],
      meaning: "the machine did not create the NIC ({name})",
      remedy: "use a model that `-nic model=help` lists, or -netdev with -device"),
    .init(
      "chardev-not-connected", .unconnected, ["Unable to connect character device {id}: {reason}"],
      meaning: "the character device {id} is not connected yet: {reason}; QEMU continues to try",
      remedy: "start the server to which it connects"),
    .init(
      "vhost-not-used", .differs, ["tap: open vhost char device failed: {reason}"],
      meaning: "the network runs without vhost, more slowly: {reason}",
      remedy: "run `modprobe vhost_net`, or use vhost=off"),
    .init(
      "shared-directory-slow", .differs, ["9p: degraded performance: {reason}"],
      meaning: "the shared directory will be slow: {reason}",
      remedy: "mount it with a larger msize in the guest"
    ),
    .init(
      "global-without-class", .differs, ["global {property} has invalid class name"],
      meaning: "-global {property} has no effect: this QEMU has no such device",
      remedy: "correct the device's name: `qemu-system-ARCH -device help`"),
    .init(
      "global-not-used", .differs, ["global {property}={value} not used"],
      meaning: "-global {property}={value} had no effect: no such device was created",
      remedy: "remove it or add the device"),
    .init(
      "trace-event-unknown", .differs, ["trace event '{event}' does not exist"],
      meaning: "this QEMU has no trace event '{event}', so nothing is traced",
      remedy: "use an event that `qemu-system-ARCH -trace help` lists"),
    .init(
      "window-module-missing", .unconnected,
      ["module ui-{module} not found, do you want to install {package} package?"],
      meaning: "QEMU did not find the GUI modules {module}",
      remedy: "install {package}, or disable the window with -display none"),
    .init(
      "audio-module-missing", .unconnected,
      ["module {module} not found, do you want to install {package} package?"],
      meaning: "QEMU did not find the modules {module}",
      remedy: "install {package}, or specify a driver: -audiodev none,id=ID"),
    .init(
      "sound-card-missing", .unconnected, ["ALSA lib *", "alsa: *", "audio: *"],
      meaning: "there is no audio output: the host has no sound device or server",
      remedy: "use -audiodev none,id=ID"),
  ]

  private static let images: [WarningRule] = [
    .init(
      "image-format-guessed", .differs,
      ["Image format was not specified for '{path}' and probing guessed {format}.*"],
      meaning:
        "QEMU detected the format of '{path}' as {format}, and the guest may not write the first block: a guest "
        + "could otherwise make QEMU open other files",
      remedy: "add format=raw, or the format that `qemu-img info '{path}'` prints"),
    .init(
      "migration-to-file-deprecated", .deprecated,
      ["fd: migration to a file is deprecated. Use file: instead."],
      meaning: "fd: will not support files in later versions", remedy: "use -incoming file:PATH"),
  ]

  private static let spellings: [WarningRule] = [
    .init(
      "short-boolean-deprecated", .deprecated,
      [
        "short-form boolean option '{name}' deprecated\nPlease use {replacement} instead",
        "short-form boolean option '{name}' deprecated",
      ],
      meaning:
        "'{name}' without a value is deprecated; if it is a part of a file name, the comma before it must be "
        + "doubled",
      remedy: "write {replacement}"),
    .init(
      "monitor-option-deprecated", .deprecated, ["'-mon' is deprecated, use {replacement} instead"],
      meaning: "-mon will be removed", remedy: "use {replacement}"),
    .init(
      "machine-deprecated", .deprecated, ["Machine type '{machine}' is deprecated: {reason}"],
      meaning: "the machine {machine} will be removed: {reason}",
      remedy: "change the guest to a newer version of its machine while this QEMU still has both"),
    .init(
      "cpu-deprecated", .deprecated, ["CPU model {model} is deprecated -- {reason}"],
      meaning: "the processor model {model} will be removed: {reason}",
      remedy: "use the model that the message recommends"),
    .init(
      "deprecated", .deprecated, ["{subject} is deprecated{rest}", "{subject} deprecated{rest}"],
      meaning: "{subject} will be removed{rest}", remedy: "use the replacement that the message recommends"),
  ]
}
