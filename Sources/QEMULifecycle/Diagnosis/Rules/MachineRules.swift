/// Machine, processors, memory and NUMA.
enum MachineRules {
  static let all: [DiagnosisRule] = machine + cpu + topology + memory + numa

  private static let machine: [DiagnosisRule] = [
    .init(
      "machine-removed", ["unsupported machine type: \"{machine}\"*"],
      when: { captures, _ in captures["machine"]?.last?.isNumber ?? false },
      cause:
        "this QEMU has no machine '{machine}': it is too old for it (versions go after six years) or too new",
      remedy:
        "take a version that `qemu-system-ARCH -machine help` lists; a guest that was installed on an old "
        + "one normally boots on it, but a saved state does not load"),
    .init(
      "machine-unknown", ["unsupported machine type*"],
      cause: "this QEMU has no such machine",
      remedy:
        "use one that `qemu-system-ARCH -machine help` lists: q35 on x86_64, virt on aarch64 and riscv64"),
    .init(
      "machine-missing", ["No machine specified, and there is no default*"],
      cause: "this architecture has no machine by default",
      remedy: "add -machine virt, or one that `qemu-system-ARCH -machine help` lists"),
    .init(
      "gic-version-invalid", ["Invalid gic-version value*"],
      cause: "the machine has no such interrupt controller", remedy: "use gic-version=2, 3, host or max"),
    .init(
      "nic-model-unsupported", ["Unsupported NIC model: {model}"],
      cause: "this machine has no network card '{model}'",
      remedy: "`-nic model=help` lists them, or use -netdev with -device"),
  ]

  private static let cpu: [DiagnosisRule] = [
    .init(
      "cpu-host-absent", ["unable to find CPU model 'host'"],
      cause:
        "-cpu host is the host's own processor, which this QEMU cannot give: it emulates another "
        + "architecture",
      remedy: "use -cpu max"),
    .init(
      "cpu-model-unknown", ["unable to find CPU model '{model}'"],
      cause: "this QEMU has no processor model '{model}'",
      remedy: "use one that `qemu-system-ARCH -cpu help` lists; max has all that can be had"),
    .init(
      "cpu-features-missing",
      [
        "{accelerator} doesn't support requested features", "Host doesn't support requested features",
        "*CPU model is not supported*",
      ],
      cause:
        "with enforce every feature of the processor has to be there, and the warnings above name those "
        + "that are not",
      remedy:
        "choose an older model, switch each missing feature off (-feature), or remove enforce to go on "
        + "without"
    ),
    .init(
      "phys-bits-invalid",
      ["phys-bits should be {range}  (but is {value})", "phys-bits should be {range} (but is {value})"],
      cause: "phys-bits cannot be {value}: it has to be {range}",
      remedy: "use host-phys-bits=on, or a value in range"),
    .init(
      "cpu-place-invalid", ["Invalid CPU {level}: {value} must be in range {range}"],
      cause: "the processor to add has {level} {value}, and the machine has {range}",
      remedy: "raise maxcpus and sockets of -smp, or correct {level}"),
  ]

  private static let topology: [DiagnosisRule] = [
    .init(
      "smp-product-wrong", ["Invalid CPU topology: product of the hierarchy must match maxcpus: {product}"],
      cause: "sockets, cores and threads do not multiply to the number of processors: {product}",
      remedy: "correct one factor, or leave some out: QEMU reckons the missing ones"),
    .init(
      "smp-over-maxcpus", ["Invalid CPU topology: maxcpus must be equal to or greater than smp: {product}"],
      cause: "there are more processors than the machine may ever have: {product}",
      remedy: "raise maxcpus to the number of processors, or leave it out"),
    .init(
      "smp-zero", ["Invalid CPU topology: CPU topology parameters must be greater than zero"],
      cause: "a part of -smp is zero", remedy: "use 1 or more for each"),
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
      cause: "the machine {machine} has {maximum} processors at most, and {count} are asked for",
      remedy: "lower -smp; on Arm gic-version=3 allows more than 8, on x86 a newer q35 more than 288"),
    .init(
      "smp-too-many-kvm",
      ["Number of {kind} cpus requested ({count}) exceeds the maximum cpus supported by KVM ({maximum})"],
      cause: "this host's KVM runs {maximum} processors a machine, and {count} are asked for",
      remedy: "lower -smp"),
  ]

  private static let memory: [DiagnosisRule] = [
    .init(
      "memory-unavailable", ["cannot set up guest memory '{name}': {reason}"],
      cause: "the host would not reserve the guest's memory '{name}': {reason}",
      remedy:
        "compare -m with `free -h` and the limits (`ulimit -v`, MemoryMax= of systemd); lower -m, raise "
        + "the limit, or allow overcommit (vm.overcommit_memory)"),
    .init(
      "huge-pages-unavailable", ["unable to map backing store for guest RAM: {reason}"],
      cause:
        "the file or the huge pages under the guest's memory cannot be mapped: {reason}; mostly too few "
        + "huge pages are free",
      remedy:
        "see `grep Huge /proc/meminfo`; reserve them with `sysctl vm.nr_hugepages=N` (N × 2 MiB has to "
        + "cover -m), or remove hugetlb=on"),
    .init(
      "memory-file-unusable", ["can't open backing store {path} for guest RAM: {reason}"],
      cause: "the file '{path}' under the guest's memory cannot be opened: {reason}",
      remedy: "correct mem-path=, create its folder, or mount hugetlbfs there"),
    .init(
      "memory-file-size",
      [
        "*backing store size {size} is *'size' option {wanted} plus *",
        "*backing store size {size} does *'size' option {wanted}",
      ],
      cause: "the file under the guest's memory has {size} bytes, and {wanted} are asked for",
      remedy: "make size= and the file equal, or remove a stale file"),
    .init(
      "memory-locking-forbidden", ["mlockall: {reason}", "locking memory failed"],
      cause: "mem-lock=on has to lock all memory, and this user's limit is too low",
      remedy:
        "raise it (`ulimit -l unlimited`, LimitMEMLOCK=infinity of systemd), or remove -overcommit "
        + "mem-lock=on"
    ),
    .init(
      "memory-backend-size", ["Machine memory size does not match the size of the memory backend"],
      cause: "-m and size= of the memory backend differ", remedy: "make both the same, or leave -m out"),
    .init(
      "memory-backend-undefined", ["Memory backend '{id}' not found"],
      cause: "the machine names the memory backend '{id}', which nothing defines",
      remedy: "add `-object memory-backend-ram,id={id},size=…`, or correct memory-backend="),
    .init(
      "maxmem-too-small",
      [
        "invalid value of maxmem: maximum memory size ({maximum}) must be at least the initial * ({size})"
      ],
      cause: "maxmem ({maximum}) is less than the memory at the start ({size})",
      remedy: "raise maxmem, or lower -m"),
    .init(
      "memory-slots-missing", ["no slots where allocated, please specify the 'slots' option"],
      cause: "a memory module needs a slot, and the machine has none",
      remedy: "write -m SIZE,slots=4,maxmem=SIZE: room for what is added"),
  ]

  private static let numa: [DiagnosisRule] = [
    .init(
      "host-node-missing", ["cannot bind memory to host NUMA nodes: {reason}"],
      cause: "memory cannot be bound to these nodes of the host: {reason}",
      remedy: "`numactl --hardware` shows the nodes that exist; correct host-nodes="),
    .init(
      "numa-sum-wrong", ["total memory for NUMA nodes ({sum}) should equal RAM size ({size})"],
      cause: "the NUMA nodes' memory adds up to {sum}, and -m is {size}",
      remedy: "make the backends' sizes add up to -m"),
    .init(
      "numa-cpu-taken", ["CPU is already assigned to node-id: {node}"],
      cause: "a processor belongs to two NUMA nodes, one of them {node}",
      remedy: "name each processor in one node"),
    .init(
      "numa-cpu-beyond", ["CPU index ({index}) should be smaller than maxcpus ({count})"],
      cause: "a NUMA node names processor {index}, and the machine has {count}, counted from 0",
      remedy: "correct cpus= of -numa, or raise -smp"),
  ]
}
