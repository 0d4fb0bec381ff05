import QEMUCommandLine

/// The rules for accelerators.
enum AcceleratorRules {
  static let all: [DiagnosisRule] = properties + values + choice + kvm + others

  /// The names of the properties of each accelerator that has some.
  private static let owners: [String: Set<String>] = Accelerator.declarations.mapValues {
    Set($0.map(\.name))
  }
  .filter { !$0.value.isEmpty }

  private static func belongs(to owner: String) -> DiagnosisRule.Condition {
    { captures, _ in
      captures["accelerator"] != owner && owners[owner]?.contains(captures["property"] ?? "") ?? false
    }
  }

  private static let unknownProperty: [WordPattern] = ["Property '{accelerator}-accel.{property}' not found"]

  private static let properties: [DiagnosisRule] =
    owners.keys.sorted().map { owner in
      DiagnosisRule(
        "\(owner)-property-on-another-accelerator", unknownProperty, when: belongs(to: owner),
        cause: "'{property}' is a property of \(owner), not of {accelerator}",
        remedy: "write it with \(owner) (`-accel \(owner),{property}=…`), or remove it")
    } + [
      .init(
        "tcg-single-step-by-option", ["Property 'tcg-accel.one-insn-per-tb' not found"],
        cause: "this QEMU is older than 8.1 and does not know one-insn-per-tb",
        remedy: "use the option -singlestep with this QEMU, or use a newer QEMU"),
      .init(
        "accelerator-property-unknown", unknownProperty,
        cause: "the accelerator {accelerator} of this QEMU has no property '{property}'",
        remedy:
          "correct the name, remove the property, or use a newer QEMU; the manual page lists the properties "
          + "under -accel"
      ),
    ]

  private static let values: [DiagnosisRule] = [
    .init(
      "tcg-thread-invalid", ["Invalid 'thread' setting {value}"],
      cause: "thread= cannot be '{value}'", remedy: "use thread=single or thread=multi"),
    .init(
      "tb-size-invalid", ["Parameter 'tb-size' expects {type}"],
      cause: "tb-size is a plain number of mebibytes",
      remedy: "write tb-size=1024 for one gibibyte, without a suffix"),
    .init(
      "kvm-shadow-mem-invalid", ["Parameter 'kvm-shadow-mem' expects {type}"],
      cause: "kvm-shadow-mem is a plain number of bytes",
      remedy: "write kvm-shadow-mem=4194304 for four mebibytes, without a suffix"),
    .init(
      "kernel-irqchip-invalid", ["Parameter 'kernel-irqchip' does not accept value '{value}'"],
      cause: "kernel-irqchip cannot be '{value}'",
      remedy: "use on, split or (with machines that allow it) off"),
    .init(
      "kernel-irqchip-off-unsupported", ["KVM does not support userspace APIC"],
      cause: "kernel-irqchip=off needs an interrupt controller that this QEMU does not emulate under KVM",
      remedy: "remove kernel-irqchip, or use kernel-irqchip=split"),
    .init(
      "dirty-ring-size-invalid", ["dirty-ring-size must be a power of two*"],
      cause: "dirty-ring-size has to be a power of two", remedy: "use 1024, 2048, 4096 … up to 65536"),
    .init(
      "dirty-ring-size-too-big", ["KVM dirty ring size {size} too big (maximum is {maximum})*"],
      cause: "the dirty ring of this kernel has {maximum} entries at most, but {size} are requested",
      remedy: "use dirty-ring-size={maximum} or less"),
    .init(
      "mttcg-with-icount", ["No MTTCG when icount is enabled"],
      cause: "-icount runs all CPUs in one thread, which excludes thread=multi",
      remedy: "use thread=single, or remove -icount"),
    .init(
      "icount-with-hardware", ["-icount is not allowed with hardware virtualization"],
      cause: "only tcg can count instructions", remedy: "use -accel tcg, or remove -icount"),
    .init(
      "honor-guest-pat-unsupported", ["KVM does not support disabling ignore-guest-PAT quirk"],
      cause: "this kernel or processor cannot honour the guest's PAT", remedy: "remove honor-guest-pat=on"),
    .init(
      "rapl-unsupported",
      [
        "The RAPL feature can only be enabled on hosts with Intel CPU models",
        "kvm : error RAPL feature requirement not met",
      ],
      cause:
        "rapl=on needs an Intel processor, and its energy counters (/sys/class/powercap/intel-rapl) on this "
        + "host",
      remedy: "remove rapl=on"),
    .init(
      "kvm-xen-unsupported", ["kvm: Xen HVM guest support not present or insufficient"],
      cause: "KVM in this kernel cannot emulate Xen",
      remedy: "remove xen-version, or use a kernel with CONFIG_KVM_XEN"),
  ]

  private static let choice: [DiagnosisRule] = [
    .init(
      "accelerator-given-twice", ["The -accel and \"-machine accel=\" options are incompatible"],
      cause: "the accelerator is set both with -accel (or -enable-kvm) and with -machine accel=",
      remedy:
        "keep -accel, once for each accelerator in the order of preference, and remove the other option"),
    .init(
      "accelerator-absent", ["invalid accelerator {accelerator}"],
      cause:
        "this QEMU is built without the accelerator '{accelerator}', or emulates another architecture "
        + "than the host's",
      remedy: "use an accelerator that `qemu-system-ARCH -accel help` lists; tcg always works, and `-accel "
        + "{accelerator} -accel tcg` falls back to it"),
    .init(
      "cpu-host-needs-hardware", ["CPU model 'host' requires {accelerators}"],
      cause: "-cpu host is the processor of this host, which only {accelerators} can provide to a guest",
      remedy: "use -accel kvm, or -cpu max with tcg"),
  ]

  static let kvm: [DiagnosisRule] = [
    .init(
      "smm-unsupported", ["System Management Mode not supported by this hypervisor."],
      cause: "smm=on needs System Management Mode, which KVM on this host does not support",
      remedy:
        "use smm=off, -accel tcg, or a host whose KVM supports SMM; firmware with Secure Boot needs SMM"),
    .init(
      "tsc-scaling-missing", ["kvm_init_vcpu: kvm_arch_init_vcpu failed ({cpu}): {reason}"],
      when: { _, circumstances in circumstances.values(of: "cpu").contains { $0.contains("tsc-frequency") } },
      cause:
        "tsc-frequency= is not the frequency of this host, and its KVM cannot scale the time stamp "
        + "counter: {reason}",
      remedy: "use the host's frequency from the warning, or remove tsc-frequency="),
    .init(
      "kvm-processor-refused", ["kvm_init_vcpu: {call} failed ({cpu}): {reason}"],
      cause: "the kernel did not create processor {cpu} of the guest: {reason}",
      remedy: "see `dmesg` for the reason; try -cpu host, or a model with fewer features"),
    .init(
      "dirty-ring-size-too-small",
      ["Enabling of KVM dirty ring failed: {reason}. Suggested minimum value is {minimum}."],
      cause: "the kernel refused a dirty ring of that size ({reason}): the minimum is {minimum}",
      remedy: "use dirty-ring-size={minimum} or a larger power of two"),
    .init(
      "kvm-not-permitted", ["Could not access KVM kernel module: Permission denied"],
      cause: "the user that QEMU runs as may not open /dev/kvm",
      remedy:
        "{kvm access}; never chmod 666, which opens the device to all users; `-accel kvm -accel tcg` falls back to tcg"
    ),
    .init(
      "kvm-device-missing",
      ["-accel *device=*: Could not access KVM kernel module: No such file or directory"],
      cause: "the device node of -accel kvm,device= does not exist",
      remedy: "correct the path, or remove device= to use /dev/kvm"),
    .init(
      "kvm-missing", ["Could not access KVM kernel module: No such file or directory"],
      cause: "this host has no /dev/kvm",
      remedy:
        "check the processor with `grep -cE 'vmx|svm' /proc/cpuinfo`; if it prints 0, enable virtualization "
        + "in the firmware, or nested virtualization in the hypervisor of this host; else `modprobe "
        + "kvm_intel` or `kvm_amd`, and pass /dev/kvm into a container; `-accel kvm -accel tcg` falls back to "
        + "tcg"),
    .init(
      "kvm-unreachable", ["Could not access KVM kernel module: {reason}"],
      cause: "/dev/kvm cannot be opened: {reason}",
      remedy: "inspect it with `ls -l /dev/kvm`, `lsmod` and `dmesg`"),
    .init(
      "kvm-not-kvm", ["kvm version too old", "kvm version not supported"],
      cause: "the device node that QEMU opened for KVM is not the kernel's KVM",
      remedy:
        "`ls -l /dev/kvm` must show the device number 10, 232; else remove the node and reload the module "
        + "(`modprobe -r`, `modprobe`), or remove device= of -accel kvm"),
    .init(
      "kvm-machine-refused", ["ioctl(KVM_CREATE_VM) failed: {reason}"],
      cause: "the kernel did not create a KVM virtual machine: {reason}",
      remedy:
        "see `dmesg` for the reason; busy: stop the other hypervisor (VirtualBox); invalid argument: "
        + "use a machine type that KVM on this host supports"),
    .init(
      "kvm-hyperv-refused", ["error: failed to set MSR {register} to {value}"],
      when: { captures, _ in (0x4000_0000...0x4000_01FF).contains(register(captures)) },
      cause:
        "KVM in this kernel lacks the Hyper-V interfaces of the hv-… features of -cpu (register {register})",
      remedy: "remove the hv-… features of -cpu, or use a kernel with CONFIG_KVM_HYPERV"),
    .init(
      "kvm-hyperv-feature-refused",
      [
        "kernel doesn't allow setting HyperV {feature}", "failed to turn on HyperV {feature} in KVM*",
        "failed to create HyperV {feature}: {reason}", "Hyper-V {feature} is not supported by kernel",
      ],
      cause: "KVM in this kernel lacks the Hyper-V interface {feature}, for which -cpu has an hv-… feature",
      remedy: "remove the hv-… features of -cpu, or use a kernel with CONFIG_KVM_HYPERV"),
    .init(
      "kvm-arch-capabilities-refused", ["error: failed to set MSR {register} to {value}"],
      when: { captures, _ in register(captures) == 0x10A },
      cause:
        "the kernel did not set register {register} (arch-capabilities) of the guest, which happens under "
        + "nested virtualization",
      remedy: "add -arch-capabilities to -cpu: `-cpu host,-arch-capabilities`"),
    .init(
      "phys-bits-too-great", ["{place}: {function}: Assertion `cpu->phys_bits <= 52' failed*"],
      cause: "phys-bits of -cpu is greater than 52, and this QEMU then fails an assertion under kvm",
      remedy: "use phys-bits=52 or less, or host-phys-bits=on"),
    .init(
      "kvm-msr-refused", ["error: failed to set MSR {register} to {value}"],
      cause:
        "the kernel did not set register {register} of the guest's processor to {value}, which happens "
        + "under nested virtualization with -cpu host",
      remedy: "use a named CPU model (`-cpu help`), or a newer kernel or outer hypervisor"),
    .init(
      "kvm-shadow-mem-too-small", ["failed to initialize kvm: Invalid argument"],
      when: { _, circumstances in keepsTooFewShadowPages(circumstances) },
      cause:
        "kvm-shadow-mem is too small: the kernel needs 262144 bytes (64 pages) or more, and QEMU uses the "
        + "lowest 32 bits of the number",
      remedy: "use kvm-shadow-mem=262144 or more, up to 2147483647, or remove kvm-shadow-mem"),
    .init(
      "kvm-refused", ["failed to initialize kvm: {reason}"],
      cause: "KVM could not be set up: {reason}",
      remedy: "see `dmesg` and `ls -l /dev/kvm`; `-accel kvm -accel tcg` falls back to tcg"),
  ]

  private static let others: [DiagnosisRule] = [
    .init(
      "mshv-missing", ["Failed to open /dev/mshv: {reason}"],
      cause: "this host is not the root partition of a Microsoft hypervisor: /dev/mshv: {reason}",
      remedy: "use -accel kvm or -accel tcg"),
    .init(
      "nitro-missing", ["nitro: failed to open /dev/nitro_enclaves: {reason}"],
      cause: "this host is not an AWS instance with enclaves enabled: /dev/nitro_enclaves: {reason}",
      remedy:
        "start the instance with enclave support and load the module nitro_enclaves, or use another "
        + "accelerator"
    ),
    .init(
      "accelerator-refused", ["failed to initialize {accelerator}: {reason}"],
      cause: "the accelerator {accelerator} could not be set up: {reason}",
      remedy:
        "use another accelerator (`qemu-system-ARCH -accel help`), or add -accel tcg after it, to fall back to tcg"
    ),
    .init(
      "tcg-buffer-too-big", ["allocate {bytes} bytes for jit buffer: {reason}"],
      cause: "tcg could not get {bytes} bytes of address space for translated code: {reason}",
      remedy:
        "raise the limit (`ulimit -v`, LimitAS= of systemd), or request less: -accel tcg,tb-size=64 "
        + "(mebibytes)"
    ),
    .init(
      "accelerator-lacks-confidential", ["accelerator does not support confidential guest {type}"],
      cause: "only KVM on a processor with the feature can run a {type}",
      remedy: "use -accel kvm on such a host, or remove confidential-guest-support"),
    .init(
      "confidential-guest-crash", ["{place}: {function}: Assertion `machine->cgs->ready' failed."],
      cause: "the accelerator cannot run a confidential guest, and this QEMU then fails an assertion",
      remedy: "use -accel kvm on a host with the feature (SEV, TDX), or remove confidential-guest-support"),
  ]

  /// Returns the number of the register that a pattern captured; 0 if it is not a number.
  private static func register(_ captures: [String: String]) -> UInt64 {
    let text = captures["register"] ?? ""
    return text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) ?? 0 : 0
  }

  /// Returns whether kvm-shadow-mem is below the kernel's minimum; `-accel` takes precedence over `-machine`.
  private static func keepsTooFewShadowPages(_ circumstances: Circumstances) -> Bool {
    let options = ["machine", "M", "accel"].flatMap(circumstances.values)
    let sizes = options.flatMap { $0.split(separator: ",") }.filter { $0.hasPrefix("kvm-shadow-mem=") }
    guard let size = sizes.last,
      let bytes = Int64(propertyText: String(size.dropFirst("kvm-shadow-mem=".count)))
    else { return false }
    return (0..<262144).contains(Int32(truncatingIfNeeded: bytes))
  }
}
