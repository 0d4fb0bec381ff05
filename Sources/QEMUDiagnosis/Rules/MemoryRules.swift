/// The rules for guest memory: its size, its backends, memory modules.
enum MemoryRules {
  static let all: [DiagnosisRule] = size + memory

  private static let size: [DiagnosisRule] = [
    .init(
      "ram-beyond-processor", ["Address space limit {limit} < {top} phys-bits too low ({bits})"],
      cause:
        "the memory, including the range up to maxmem= of -m, ends at {top}, but the processor has only {bits} "
        + "address bits",
      remedy: "lower -m or maxmem=, or use a processor with more address bits: -cpu max, or phys-bits=40"),
    .init(
      "ram-beyond-address-bits",
      ["Addressing limited to {bits} bits, but memory exceeds it by {bytes} bytes*"],
      cause: "the memory is {bytes} bytes larger than the {bits} address bits of the machine permit",
      remedy: "lower -m by that amount, or use highmem=on and a 64-bit processor"),
    .init(
      "ram-too-large-for-machine",
      [
        "Too much memory for this machine: {size}, maximum {maximum}",
        "{machine}: cannot model more than {maximum} RAM",
        "{machine}: memory size must not exceed {maximum}",
        "RAM size {size} above max supported ({maximum})",
      ],
      cause: "this machine supports at most {maximum} of memory",
      remedy: "lower -m, or use another machine: q35 or virt"),
    .init(
      "ram-size-fixed", ["Invalid RAM size, should be {size}"],
      cause: "this board has exactly {size} of memory",
      remedy: "remove -m, or specify that size"),
    .init(
      "memory-size-invalid", ["property 'size' of {type} doesn't take value '{value}'"],
      cause: "a memory backend cannot have a size of {value}",
      remedy: "give {type} a size= above 0, such as size=1G"),
    .init(
      "memory-file-size-refused", ["failed to resize memfd to {size}: {reason}"],
      cause: "the kernel did not create a memory file of {size} bytes: {reason}",
      remedy:
        "with hugetlb=on make size= a multiple of hugetlbsize=; else check the limits on memory "
        + "and on file sizes (`ulimit -f`)"),
    .init(
      "huge-page-size-invalid", ["Hugepage size must be a power of 2"],
      cause: "hugetlbsize= is not a power of two",
      remedy: "use a size that `ls /sys/kernel/mm/hugepages` lists: 2M or 1G on x86"),
    .init(
      "memory-alignment-invalid", ["alignment {alignment} must be multiples of page size {size}"],
      cause: "align= is {alignment}, which is not a multiple of the page size {size}",
      remedy: "use align=2M, or remove it"),
    .init(
      "shared-memory-private", ["can't create shm backend with `share=off`"],
      cause: "memory-backend-shm is always shared with another process",
      remedy: "remove share=off, or use memory-backend-ram"),
    .init(
      "maxmem-missing", ["slots specified but no max-size"],
      cause: "-m has slots= for memory modules, but no maxmem=, which determines the memory for them",
      remedy: "add maxmem=: -m 1G,slots=2,maxmem=4G"),
    .init(
      "maxmem-without-room",
      [
        "invalid value of maxmem: memory slots were specified but maximum memory size ({maximum}) is equal to *"
      ],
      cause: "-m has slots= for memory modules, but maxmem= ({maximum}) leaves no memory for them",
      remedy: "raise maxmem= above the size, or remove slots="),
    .init(
      "memory-slots-too-many", ["unsupported amount of memory slots: {count}"],
      cause: "the machine has fewer than {count} memory slots",
      remedy: "use slots=256 or less"),
    .init(
      "memory-slots-used-up", ["no free slots available"],
      cause: "every slot for a memory module is in use",
      remedy: "raise slots= of -m"),
    .init(
      "memory-room-used-up",
      ["not enough space, currently {used} in use of total space for memory devices {total}"],
      cause:
        "there is no room for the memory module: the machine has {total} bytes for modules, of which "
        + "{used} are in use",
      remedy: "raise maxmem= of -m, or use a smaller module"),
    .init(
      "memory-backend-in-use", ["can't use already busy memdev: {id}"],
      cause: "the memory backend '{id}' is already in use",
      remedy: "define a backend for each device"),
    .init(
      "nvdimm-disabled", ["nvdimm is not enabled: missing 'nvdimm' in '-M'"],
      cause: "the machine supports NVDIMMs only with nvdimm=on",
      remedy: "add nvdimm=on to -machine"),
  ]

  private static let memory: [DiagnosisRule] = [
    .init(
      "memory-unavailable", ["cannot set up guest memory '{name}': {reason}"],
      cause: "the host did not reserve the guest memory '{name}': {reason}",
      remedy:
        "compare -m with `free -h` and the limits (`ulimit -v`, MemoryMax= of systemd); lower -m, raise "
        + "the limit, or allow overcommit (vm.overcommit_memory)"),
    .init(
      "huge-pages-unavailable", ["unable to map backing store for guest RAM: {reason}"],
      cause:
        "the file or the huge pages of the guest memory cannot be mapped: {reason}; usually too few huge "
        + "pages are free",
      remedy:
        "check `grep Huge /proc/meminfo`; reserve huge pages with `sysctl vm.nr_hugepages=N` (N × 2 MiB must "
        + "cover -m), or remove hugetlb=on"),
    .init(
      "memory-file-unusable", ["can't open backing store {path} for guest RAM: {reason}"],
      cause: "the file '{path}' of the guest memory cannot be opened: {reason}",
      remedy: "correct mem-path=, create its directory, or mount hugetlbfs there"),
    .init(
      "memory-file-size",
      [
        "*backing store size {size} is *'size' option {wanted} plus *",
        "*backing store size {size} does *'size' option {wanted}",
      ],
      cause: "the file of the guest memory has {size} bytes, but {wanted} are requested",
      remedy: "set size= to the size of the file, or remove a stale file"),
    .init(
      "memory-locking-forbidden", ["mlockall: {reason}", "locking memory failed"],
      cause: "mem-lock=on must lock all memory, but this user's limit is too low",
      remedy:
        "raise it (`ulimit -l unlimited`, LimitMEMLOCK=infinity of systemd), or remove -overcommit "
        + "mem-lock=on"
    ),
    .init(
      "memory-backend-size", ["Machine memory size does not match the size of the memory backend"],
      cause: "-m and size= of the memory backend differ", remedy: "make both equal, or remove -m"),
    .init(
      "memory-backend-undefined", ["Memory backend '{id}' not found"],
      cause: "the machine refers to the memory backend '{id}', which is not defined",
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
      cause: "a memory module needs a slot, but the machine has none",
      remedy: "use -m SIZE,slots=4,maxmem=MAXIMUM, with room for the modules"),
  ]
}
