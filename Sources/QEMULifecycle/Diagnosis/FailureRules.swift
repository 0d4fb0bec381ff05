/// The failures that are common enough to be explained. The first that fits is taken, so the special come before the
/// general.
let failureRules: [FailureRule] = [
  // Accelerators
  FailureRule(
    pattern: ["Could not access KVM kernel module: Permission denied"],
    cause: "this user may not use /dev/kvm",
    remedy:
      "add the user to the group of /dev/kvm (usermod -aG kvm USER) and log in anew; or allow tcg with -accel tcg"
  ),
  FailureRule(
    pattern: ["Could not access KVM kernel module: No such file"], cause: "this host has no such KVM device",
    remedy:
      "load the module (modprobe kvm_intel or kvm_amd), check device= and that virtualisation is on in the firmware; or allow tcg with a further -accel tcg"
  ),
  FailureRule(
    pattern: ["kvm version too old"], cause: "the device is not a KVM device",
    remedy: "correct device=; the usual one is /dev/kvm"),
  FailureRule(
    pattern: ["KVM does not support userspace APIC"],
    cause: "kernel-irqchip=off is gone from this QEMU on x86",
    remedy: "use kernel-irqchip=split or on"),
  FailureRule(
    pattern: ["KVM dirty ring size ", " too big (maximum is ", ")"],
    cause: "the host's KVM has rings of {2} entries at most, not {1}",
    remedy: "use dirty-ring-size={2} or less"),
  FailureRule(
    pattern: ["No MTTCG when icount is enabled"], cause: "-icount needs all CPUs in one thread",
    remedy: "use thread=single, or drop -icount"),
  FailureRule(
    pattern: ["invalid accelerator "], cause: "this QEMU has no accelerator of that name",
    remedy: "see -accel help of the binary for those that it has"),
  FailureRule(
    pattern: ["The -accel and \"-machine accel=\" options are incompatible"],
    cause: "-accel stands beside -machine accel= or -enable-kvm", remedy: "name accelerators with -accel only"
  ),
  FailureRule(
    pattern: ["Property '", "-accel.", "' not found"],
    cause: "the {1} accelerator of this QEMU has no property {2}",
    remedy: "remove {2}, or use a QEMU that has it"),
  FailureRule(
    pattern: ["Failed to open /dev/mshv"], cause: "this host does not run on Microsoft's hypervisor",
    remedy: "use -accel kvm or -accel tcg"),
  FailureRule(
    pattern: ["The RAPL feature can only be enabled"], cause: "rapl needs a host CPU by Intel",
    remedy: "remove rapl=on"),
  FailureRule(
    pattern: ["Xen HVM guest support not present"], cause: "this host's KVM cannot emulate Xen",
    remedy: "remove the xen- properties, or use a kernel with CONFIG_KVM_XEN"),
  // Images
  FailureRule(
    pattern: ["Failed to get ", " lock", "Is another process using the image [", "]"],
    cause: "the image is open in another process",
    remedy: "stop the virtual machine that uses it, or give this one an image of its own"),
  FailureRule(
    pattern: ["Failed to get ", " lock"], cause: "an image is open in another process",
    remedy: "stop the virtual machine that uses it, or give this one an image of its own"),
  FailureRule(
    pattern: ["Could not open backing file"], cause: "the image's backing file cannot be opened",
    remedy: "bring the backing file back to its place, or correct it with qemu-img rebase -u"),
  FailureRule(
    pattern: ["Could not open '", "': No such file or directory"], cause: "there is no file {1}",
    remedy: "correct the path, or create {1}"),
  FailureRule(
    pattern: ["Could not open '", "': Permission denied"], cause: "this user may not open {1}",
    remedy:
      "give the user the right to read and write {1} and to enter its folders, or open it with read-only=on"),
  FailureRule(
    pattern: ["Image is not in ", " format"], cause: "the image is not of the format {1}",
    remedy: "see qemu-img info for the image's format, and name that one"),
  FailureRule(
    pattern: ["Image is corrupt"], cause: "the image is marked as damaged",
    remedy: "keep a copy, then run qemu-img check -r all on it"),
  FailureRule(
    pattern: ["Block node is read-only"], cause: "the device writes, and its image is opened read-only",
    remedy: "open the image with read-only=off, or use a device that only reads"),
  FailureRule(
    pattern: ["Unknown driver '", "'"], cause: "this QEMU has no block driver {1}",
    remedy: "use another format, or install the package with the driver (qemu-block-extra)"),
  FailureRule(
    pattern: ["requires cache.direct=on"], cause: "aio=native needs cache.direct=on",
    remedy: "add cache.direct=on, or use aio=threads"),
  // Devices, machines, CPUs
  FailureRule(
    pattern: ["'", "' is not a valid device model name"], cause: "this QEMU has no device {1}",
    remedy: "see -device help for its devices; install the package with the module if it is one"),
  FailureRule(
    pattern: ["unable to find CPU model '", "'"], cause: "this QEMU has no CPU model {1}",
    remedy: "see -cpu help for its models"),
  FailureRule(
    pattern: ["unsupported machine type"], cause: "this QEMU has no machine of that type",
    remedy: "see -machine help for its machines"),
  FailureRule(
    pattern: ["No machine specified"], cause: "this architecture has no default machine",
    remedy: "name one, such as -machine virt"),
  FailureRule(
    pattern: ["Invalid SMP CPUs ", ". The max CPUs supported by machine '", "' is "],
    cause: "the machine {2} takes fewer than {1} CPUs", remedy: "ask for fewer CPUs, or for another machine"),
  FailureRule(
    pattern: ["Property '", "-machine.", "' not found"], cause: "the machine {1} has no property {2}",
    remedy: "remove {2}, or correct its name; -machine {1},help lists what there is"),
  FailureRule(
    pattern: ["Property '", "-cpu.", "' not found"], cause: "the CPU {1} has no feature {2}",
    remedy: "remove {2}, or correct its name; -cpu help lists the features"),
  FailureRule(
    pattern: ["Property '", ".", "' not found"], cause: "{1} has no property {2}",
    remedy: "remove {2}, or correct its name; -device {1},help and -machine {1},help list what there is"),
  FailureRule(
    pattern: ["Property '", ".", "' can't find value '", "'"],
    cause: "{2}={3} names something that is not defined",
    remedy: "define {3} before it is used, or correct the name"),
  FailureRule(
    pattern: ["Parameter '", "' expects "], cause: "the value of {1} has the wrong form",
    remedy: "correct the value of {1} as QEMU's words say"),
  FailureRule(
    pattern: ["Parameter '", "' does not accept value '", "'"], cause: "{1} does not take {2}",
    remedy: "give {1} one of its values"),
  FailureRule(
    pattern: ["Parameter '", "' is missing"], cause: "{1} must be given", remedy: "add {1}="),
  FailureRule(
    pattern: ["Invalid parameter '", "'"], cause: "the option has no parameter {1}",
    remedy: "remove or correct {1}"),
  FailureRule(
    pattern: ["Duplicate ID '", "' for "], cause: "two {2}s are called {1}",
    remedy: "give each an id of its own"),
  FailureRule(
    pattern: ["Bus '", "' not found"], cause: "there is no bus {1}",
    remedy: "define the bus before it is used"),
  // Memory, kernels, firmware, network, displays
  FailureRule(
    pattern: ["cannot set up guest memory '", "': Cannot allocate memory"],
    cause: "the host has too little memory",
    remedy: "give the guest less with -m, or free memory on the host; a bare -m counts MiB"),
  FailureRule(
    pattern: ["invalid kernel header"], cause: "the file of -kernel is no kernel for this machine",
    remedy: "name a kernel image of the guest's architecture"),
  FailureRule(
    pattern: ["could not load kernel '", "'"], cause: "the kernel {1} cannot be loaded",
    remedy: "correct the path, and check that it is a kernel of the guest's architecture"),
  FailureRule(
    pattern: ["could not load PC BIOS '", "'"], cause: "the firmware {1} is not found",
    remedy: "install the package with the firmware (seabios, ovmf), or name its folder with -L"),
  FailureRule(
    pattern: ["Address already in use"], cause: "a port or socket of this virtual machine is in use",
    remedy: "find who uses it (ss -lntxp), or choose another"),
  FailureRule(
    pattern: ["Path must be less than 108 bytes"], cause: "the path of a socket is too long",
    remedy: "put the socket in a folder with a shorter path"),
  FailureRule(
    pattern: ["gtk initialization failed"], cause: "there is no display to open a window on",
    remedy: "use -display none, or -vnc for a display over the network"),
  FailureRule(
    pattern: ["invalid option"], cause: "this QEMU does not have the option",
    remedy: "remove the option, or use a QEMU that has it"),
]
