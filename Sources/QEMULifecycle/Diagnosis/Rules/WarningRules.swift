extension WarningRule {
  /// All rows; of those that match, the first one speaks.
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
        "choose a model that tcg can give whole (-cpu max is the largest), switch them off by name, or add "
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
        "choose an older model or -cpu host, switch them off by name, or add enforce to refuse such a start"),
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
        "the guest has {count} processors, and this host's KVM recommends {recommended} at most: it will "
        + "be slow",
      remedy: "lower -smp to the number of the host's processors"),
    .init(
      "cpu-limit-over-recommendation", .differs,
      [
        "Number of hotpluggable cpus requested ({count}) exceeds the recommended * by KVM ({recommended})"
      ],
      meaning:
        "the guest may be given {count} processors in all, and this host's KVM recommends {recommended} at "
        + "most: it will be slow once more than those are online",
      remedy: "lower maxcpus of -smp, or plug in no more processors than the host has",
      isSaidBy: "cpu-count-over-recommendation"),
    .init(
      "cpu-topology-zero", .differs, ["Deprecated CPU topology (considered invalid): {reason}"],
      meaning: "QEMU corrected -smp by itself: {reason}", remedy: "write 1 or more for each part of -smp"),
    .init(
      "phys-bits-differ", .differs,
      ["Host physical bits ({host}) does not match phys-bits property ({guest})"],
      meaning: "the guest believes in {guest} bits of physical addresses, and the host has {host}",
      remedy: "use host-phys-bits=on"),
  ]

  /// The rule of a fallback whose reason the rules for failed starts may know.
  static let unknownFallback = "accelerator-fell-back"

  private static let accelerators: [WarningRule] = [
    .init(
      "kvm-not-permitted", .fellBack,
      ["falling back to {accelerator}\nCould not access KVM kernel module: Permission denied*"],
      meaning: "{accelerator} runs the machine, because the user that QEMU runs as may not open /dev/kvm",
      remedy: "{kvm access}; never chmod 666, that opens it to everyone"),
    .init(
      "kvm-missing", .fellBack,
      ["falling back to {accelerator}\nCould not access KVM kernel module: No such file or directory*"],
      meaning: "{accelerator} runs the machine, because this host offers no /dev/kvm",
      remedy:
        "load kvm_intel or kvm_amd, or enable virtualization in the firmware (nested: in the hypervisor "
        + "above)"
    ),
    .init(
      "accelerator-absent", .fellBack, ["falling back to {accelerator}\ninvalid accelerator {absent}"],
      meaning: "{accelerator} runs the machine, because this QEMU is built without {absent}",
      remedy: "name only those that `qemu-system-ARCH -accel help` lists"),
    .init(
      unknownFallback, .fellBack,
      [
        "falling back to {accelerator}\n{reason}\nfailed to initialize {failed}: *",
        "falling back to {accelerator}\n{reason}",
      ],
      meaning: "{accelerator} runs the machine, because one named before it did not work: {reason}",
      remedy: "correct that one, or name only acceptable accelerators, so that such a start fails"),
    .init(
      "kernel-irqchip-off-deprecated", .deprecated,
      [
        "Userspace local APIC is deprecated for KVM.",
        "Do not use kernel-irqchip except for the -M isapc machine type.",
      ],
      meaning: "kernel-irqchip=off works no more in later versions",
      remedy: "remove it, or use kernel-irqchip=split"),
  ]

  private static let devices: [WarningRule] = [
    .init(
      "pci-slot-unreachable", .differs,
      ["PCI: slot {slot} is not valid for {device}, parent device only allows plugging into slot 0."],
      meaning:
        "the guest cannot see {device}: a root port takes one device, and another one is plugged into it",
      remedy: "give each device a pcie-root-port of its own"),
    .init(
      "network-without-peer", .unconnected, ["{kind} {name} has no peer"],
      meaning: "{kind} {name} has no peer, so no packets pass",
      remedy: "connect it: -netdev …,id=N with -device …,netdev=N"),
    .init(
      "network-card-not-created", .unconnected,
      ["requested NIC ({name}) was not created (not supported by this machine?)"],
      meaning: "the machine did not make the NIC ({name})",
      remedy: "use a model that `-nic model=help` lists, or -netdev with -device"),
    .init(
      "chardev-not-connected", .unconnected, ["Unable to connect character device {id}: {reason}"],
      meaning: "the character device {id} is not connected yet: {reason}; QEMU goes on trying",
      remedy: "start its server"),
    .init(
      "vhost-not-used", .differs, ["tap: open vhost char device failed: {reason}"],
      meaning: "the network runs without vhost, more slowly: {reason}",
      remedy: "`modprobe vhost_net`, or write vhost=off"),
    .init(
      "shared-folder-slow", .differs, ["9p: degraded performance: {reason}"],
      meaning: "the shared directory will be slow: {reason}",
      remedy: "mount it with a larger msize in the guest"
    ),
    .init(
      "global-without-class", .differs, ["global {property} has invalid class name"],
      meaning: "-global {property} has no effect: this QEMU has no such device",
      remedy: "correct the device's name: `qemu-system-ARCH -device help`"),
    .init(
      "global-not-used", .differs, ["global {property}={value} not used"],
      meaning: "-global {property}={value} had no effect: no such device was made",
      remedy: "remove it or add the device"),
    .init(
      "trace-event-unknown", .differs, ["trace event '{event}' does not exist"],
      meaning: "this QEMU has no trace event '{event}', so nothing is traced",
      remedy: "`qemu-system-ARCH -trace help` lists them"),
    .init(
      "window-module-missing", .unconnected,
      ["module ui-{module} not found, do you want to install {package} package?"],
      meaning: "QEMU looked for the modules of windows, {module}, and did not find them",
      remedy: "install {package}, or say that no window is wanted: -display none"),
    .init(
      "audio-module-missing", .unconnected,
      ["module {module} not found, do you want to install {package} package?"],
      meaning: "QEMU looked for the modules {module} and did not find them",
      remedy: "install {package}, or say which driver to use: -audiodev none,id=ID"),
    .init(
      "sound-card-missing", .unconnected, ["ALSA lib *", "alsa: *", "audio: *"],
      meaning: "there is no audio output: the host has no sound card or server",
      remedy: "use -audiodev none,id=ID"),
  ]

  private static let images: [WarningRule] = [
    .init(
      "image-format-guessed", .differs,
      ["Image format was not specified for '{path}' and probing guessed {format}.*"],
      meaning:
        "QEMU guessed that '{path}' is {format}, and forbids the guest to write its first block: a guest "
        + "could otherwise make QEMU open other files",
      remedy: "write format=raw, or the real format that `qemu-img info '{path}'` shows"),
    .init(
      "migration-to-file-deprecated", .deprecated,
      ["fd: migration to a file is deprecated. Use file: instead."],
      meaning: "fd: will not take a file in later versions", remedy: "use -incoming file:PATH"),
  ]

  private static let spellings: [WarningRule] = [
    .init(
      "short-boolean-deprecated", .deprecated,
      [
        "short-form boolean option '{name}' deprecated\nPlease use {replacement} instead",
        "short-form boolean option '{name}' deprecated",
      ],
      meaning:
        "'{name}' without a value is no longer the way to switch it; in a file name it means a comma that "
        + "has to be doubled",
      remedy: "write {replacement}"),
    .init(
      "monitor-option-deprecated", .deprecated, ["'-mon' is deprecated, use {replacement} instead"],
      meaning: "-mon will be removed", remedy: "use {replacement}"),
    .init(
      "machine-deprecated", .deprecated, ["Machine type '{machine}' is deprecated: {reason}"],
      meaning: "the machine {machine} will be removed: {reason}",
      remedy: "move the guest to a newer version of its machine while this QEMU still has both"),
    .init(
      "cpu-deprecated", .deprecated, ["CPU model {model} is deprecated -- {reason}"],
      meaning: "the processor model {model} will be removed: {reason}",
      remedy: "choose the model that the message names"),
    .init(
      "deprecated", .deprecated, ["{subject} is deprecated{rest}", "{subject} deprecated{rest}"],
      meaning: "{subject} will be removed{rest}", remedy: "use the replacement that the message names"),
  ]
}
