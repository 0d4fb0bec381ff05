/// The rules for machines and processors.
enum MachineRules {
  static let all: [DiagnosisRule] = machine + cpu + topology

  private static let machine: [DiagnosisRule] = [
    .init(
      "machine-removed", ["unsupported machine type: \"{machine}\"*"],
      when: { captures, _ in captures["machine"]?.last?.isNumber ?? false },
      cause:
        "this QEMU has no machine '{machine}': QEMU is too old, or the version was removed (after six years)",
      remedy:
        "use a version that `qemu-system-ARCH -machine help` lists; a guest that was installed on an older "
        + "version usually boots on a newer one, but a saved state cannot be loaded"),
    .init(
      "machine-unknown", ["unsupported machine type*"],
      cause: "this QEMU has no such machine",
      remedy:
        "use one that `qemu-system-ARCH -machine help` lists, such as q35 on x86_64, virt on aarch64 and riscv64"
    ),
    .init(
      "machine-missing", ["No machine specified, and there is no default*"],
      cause: "this architecture has no default machine",
      remedy: "add -machine virt, or one that `qemu-system-ARCH -machine help` lists"),
    .init(
      "gic-version-invalid", ["Invalid gic-version value*"],
      cause: "the machine has no such interrupt controller", remedy: "use gic-version=2, 3, host or max"),
    .init(
      "nic-model-unsupported", ["Unsupported NIC model: {model}"],
      cause: "this machine has no NIC model '{model}'",
      remedy: "use a model that `-nic model=help` lists, or -netdev with -device"),
    .init(
      "gic-host-needs-kvm", ["gic-version=host requires KVM"],
      cause:
        "gic-version=host is the interrupt controller of this host, which only KVM can provide to a "
        + "guest",
      remedy: "use gic-version=max (or 3) with tcg, or -accel kvm on an Arm host"),
    .init(
      "gic-needs-virtualization",
      [
        "gic-version=4 requires virtualization enabled",
        "tcg does not support GICv4 emulation, is virtualization=on?",
      ],
      cause: "a GICv4 is emulated only for a guest that has EL2",
      remedy: "add virtualization=on to -machine virt, or use gic-version=3"),
    .init(
      "mte-unsupported", ["MTE requested, but not supported by the guest CPU"],
      cause: "mte=on needs a processor with memory tagging",
      remedy: "use -cpu max, or remove mte=on"),
    .init(
      "machine-value-invalid", ["Invalid {property} value\nValid values are {values}."],
      cause: "{property} of -machine must be one of {values}",
      remedy: "use one of these values"),
    .init(
      "low-memory-limit-invalid",
      ["Machine option 'max-ram-below-4g={value}' expects size less than or equal to 4G"],
      cause: "max-ram-below-4g= cannot be more than 4G",
      remedy: "lower it, or remove it"),
  ]

  private static let cpu: [DiagnosisRule] = [
    .init(
      "cpu-host-absent", ["unable to find CPU model 'host'"],
      cause:
        "-cpu host is the processor of this host, but this QEMU emulates another architecture",
      remedy: "use -cpu max"),
    .init(
      "cpu-model-unknown", ["unable to find CPU model '{model}'"],
      cause: "this QEMU has no processor model '{model}'",
      remedy: "use one that `qemu-system-ARCH -cpu help` lists; max has every feature that is available"),
    .init(
      "cpu-features-missing",
      [
        "{accelerator} doesn't support requested features", "Host doesn't support requested features",
        "*CPU model is not supported*",
      ],
      cause:
        "with enforce every feature of the processor must be available; the warnings above list the missing "
        + "ones",
      remedy:
        "use an older model, disable each missing feature (-feature), or remove enforce to start without "
        + "them"
    ),
    .init(
      "phys-bits-invalid",
      ["phys-bits should be {range}  (but is {value})", "phys-bits should be {range} (but is {value})"],
      cause: "phys-bits cannot be {value}: it must be {range}",
      remedy: "use host-phys-bits=on, or a value in range"),
    .init(
      "cpu-place-invalid", ["Invalid CPU {level}: {value} must be in range {range}"],
      cause: "the added processor has {level} {value}, but the range of the machine is {range}",
      remedy: "raise maxcpus and sockets of -smp, or correct {level}"),
    .init(
      "cpu-unsuited-to-machine",
      [
        "Invalid CPU model: {cpu}\nThe valid models are: {models}",
        "Invalid CPU model: {cpu}\nThe only valid type is: {models}",
      ],
      cause: "the machine does not support the processor {cpu}, only {models}",
      remedy: "use one of these with -cpu"),
    .init(
      "cpu-unsuited-to-machine-unlisted", ["{machine}: CPU type {cpu}-arm-cpu not supported"],
      cause: "the machine {machine} does not support the processor {cpu}",
      remedy:
        "use one that its documentation lists (`qemu-system-ARCH -machine help` lists the boards), "
        + "or remove -cpu"),
    .init(
      "cpu-fixed-by-board", ["This board can only be used with CPU {cpu}"],
      cause: "the board supports only the processor {cpu}",
      remedy: "remove -cpu"),
    .init(
      "cpu-features-conflict", ["cannot enable {feature}\n{reason}", "cannot disable {feature}\n{reason}"],
      cause: "the processor feature {feature} contradicts another feature of -cpu",
      remedy: "correct the features in the message, or remove {feature}"),
    .init(
      "x2apic-needed", ["APIC ID {id} requires x2APIC feature in CPU*"],
      cause: "a processor with the APIC ID {id} needs x2APIC, which this model lacks",
      remedy: "use -cpu max or add x2apic=on (tcg has it since QEMU 9.0), or lower -smp to 255 or less"),
  ]

  private static let topology: [DiagnosisRule] = [
    .init(
      "smp-product-wrong", ["Invalid CPU topology: product of the hierarchy must match maxcpus: {product}"],
      cause: "the product of sockets, cores and threads is not the number of processors: {product}",
      remedy: "correct a factor, or remove some: QEMU computes the missing ones"),
    .init(
      "smp-over-maxcpus", ["Invalid CPU topology: maxcpus must be equal to or greater than smp: {product}"],
      cause: "there are more processors than maxcpus: {product}",
      remedy: "raise maxcpus to the number of processors, or remove it"),
    .init(
      "smp-zero", ["Invalid CPU topology: CPU topology parameters must be greater than zero"],
      cause: "a property of -smp is zero", remedy: "use 1 or more for each"),
    .init(
      "smp-level-unsupported",
      [
        "{level} > 1 not supported by this machine's CPU topology",
        "{level} not supported by this machine's CPU topology",
      ],
      cause: "this machine's processors have no level {level}", remedy: "remove it from -smp"),
    .init(
      "smp-too-many",
      [
        "Invalid SMP CPUs {count}. The max CPUs supported by machine '{machine}' is {maximum}",
        "Number of SMP CPUs requested ({count}) exceeds max CPUs * by machine '{machine}' ({maximum})",
      ],
      cause: "the machine {machine} supports {maximum} processors at most, but {count} are requested",
      remedy: "lower -smp; on Arm gic-version=3 allows more than 8, on x86 a newer q35 more than 288"),
    .init(
      "smp-too-many-kvm",
      ["Number of {kind} cpus requested ({count}) exceeds the maximum cpus supported by KVM ({maximum})"],
      cause: "KVM on this host supports {maximum} processors for each machine, but {count} are requested",
      remedy: "lower -smp"),
  ]
}
