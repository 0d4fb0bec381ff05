/// Firmware, kernel, and the other files that a machine starts from.
enum BootRules {
  static let all: [DiagnosisRule] = [
    .init(
      "firmware-missing",
      [
        "could not load PC BIOS '{path}'", "Could not find ROM image '{path}'",
        "could not find {kind} '{path}'",
      ],
      cause: "the firmware '{path}' is neither a file nor in QEMU's firmware folders",
      remedy:
        "install it (seabios, ovmf), or give -bios a whole path; `qemu-system-ARCH -L help` shows the folders"
    ),
    .init(
      "kernel-missing",
      ["could not open kernel file '{path}': {reason}", "could not load kernel '{path}': {reason}"],
      cause: "the kernel '{path}' cannot be opened: {reason}",
      remedy: "correct -kernel; on many hosts only root can read /boot/vmlinuz-*"),
    .init(
      "kernel-invalid", ["invalid kernel header*"],
      cause: "the file of -kernel is no kernel that this machine can start",
      remedy:
        "give a bzImage (x86), an Image (Arm, RISC-V): the kernel's file, not vmlinux.gz or a disk image"),
    .init(
      "initrd-missing", ["error reading initrd {path}: {reason}", "could not load initrd '{path}'*"],
      cause: "the initial RAM disk '{path}' cannot be read",
      remedy: "correct -initrd or the file's permissions"),
    .init(
      "kernel-option-alone", ["-{option} only allowed with -kernel option"],
      cause: "-{option} belongs to a kernel that QEMU loads itself",
      remedy: "add -kernel, or remove -{option}"),
    .init(
      "smbios-file-missing", ["Cannot read SMBIOS file {path}"],
      cause: "the SMBIOS file '{path}' cannot be read", remedy: "correct file= of -smbios"),
    .init(
      "acpi-table-missing",
      ["can't open file {path}: {reason}", "-acpitable *: Could not open '{path}': {reason}"],
      cause: "the ACPI table '{path}' cannot be read: {reason}", remedy: "correct file= of -acpitable"),
    .init(
      "fw-cfg-file-missing", ["can't load {path}: {reason}"],
      cause: "the file '{path}' of -fw_cfg cannot be read: {reason}", remedy: "correct file= of -fw_cfg"),
    .init(
      "configuration-missing", ["-readconfig *: Could not open '{path}': {reason}"],
      cause: "the configuration '{path}' cannot be read: {reason}", remedy: "correct -readconfig"),
  ]
}
