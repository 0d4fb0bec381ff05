/// Firmware, kernel, and the other files that a machine starts from.
enum BootRules {
  static let all: [DiagnosisRule] = [
    .init(
      "firmware-unloadable", ["could not load PC BIOS '{path}'"],
      cause:
        "the firmware '{path}' is not there, or its size is none that this machine takes (a multiple "
        + "of 64 KiB)",
      remedy:
        "give -bios an absolute path to the file as its package (seabios, ovmf) ships it; "
        + "`qemu-system-ARCH -L help` shows QEMU's firmware directories"),
    .init(
      "firmware-missing",
      [
        "Could not find ROM image '{path}'", "could not find {kind} '{path}'",
      ],
      cause: "the firmware '{path}' is neither a file nor in QEMU's firmware directories",
      remedy:
        "install it (seabios, ovmf), or give -bios an absolute path; `qemu-system-ARCH -L help` shows the directories"
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
    .init(
      "flash-size-wrong",
      [
        "cfi.pflash01 device '{device}' requires {wanted} bytes, {name} block backend provides {size} bytes",
        "device requires {wanted} bytes, block backend provides {size} bytes",
      ],
      cause: "the flash memory has {wanted} bytes, and its image {size}",
      remedy:
        "use the image as the firmware's package ships it for this machine, or pad a copy of it: "
        + "`truncate -s {wanted} COPY`"),
    .init(
      "flash-too-large", ["combined size of system firmware exceeds {maximum} bytes"],
      cause: "the images of the flash memory have more than {maximum} bytes together",
      remedy:
        "see that each file is a firmware image and not a disk; a larger one needs max-fw-size=16M "
        + "of -machine"),
    .init(
      "flash-unit-missing", ["{unit} requires {needed}"],
      when: { captures, _ in captures["needed"]?.hasPrefix("pflash") ?? false },
      cause: "{unit} is given without {needed}: a variable store without its firmware",
      remedy: "give the firmware as the first `-drive if=pflash,unit=0,…`, the variable store as unit=1"),
    .init(
      "firmware-given-twice",
      [
        "The contents of the first flash device may be specified with -bios or with -drive if=pflash... *"
      ],
      cause: "the firmware is given with -bios and with -drive if=pflash",
      remedy: "keep one of the two: pflash for firmware with a variable store"),
    .init(
      "firmware-limit-too-large", ["User specified max allowed firmware size {size} is greater than 16MiB.*"],
      cause: "max-fw-size= is {size} bytes, and 16 MiB is the most",
      remedy: "use max-fw-size=16M or less"),
    .init(
      "device-tree-invalid", ["load_device_tree: Unable to copy device tree into memory: {reason}"],
      cause: "the file of -dtb is no device tree: {reason}",
      remedy: "give a compiled tree (`dtc -O dtb`), or leave -dtb out: the machine virt makes its own"),
    .init(
      "device-tree-missing", ["Couldn't open dtb file {path}"],
      cause: "the device tree '{path}' cannot be read",
      remedy: "correct -dtb, or leave it out: the machine virt makes its own"),
    .init(
      "kernel-unreadable", ["could not load kernel '{path}'"],
      cause: "the kernel '{path}' is not there, or is none that this machine can load",
      remedy: "correct -kernel: an Image, a uImage or an ELF file for this architecture"),
    .init(
      "kernel-too-old", ["linux kernel too old to load a ram disk"],
      cause: "the file of -kernel is no Linux kernel that takes an initial RAM disk",
      remedy: "give a bzImage with -kernel, or leave -initrd out"),
    .init(
      "reboot-timeout-invalid", ["reboot timeout is invalid,it should be a value between {range}"],
      cause: "reboot-timeout= of -boot has to be between {range}",
      remedy: "use -1 (no reboot) or milliseconds up to 65535"),
    .init(
      "smbios-type-invalid", ["-smbios *: out of range!"],
      cause: "-smbios has a type= that does not exist",
      remedy: "use a type from 0 to 255 that the manual page lists: 0, 1, 2, 3, 4, 11, 17, 41"),
    .init(
      "smbios-type-missing", ["Must specify type= or file="],
      cause: "-smbios says neither which table (type=) nor where it is (file=)",
      remedy: "write -smbios type=1,serial=… or -smbios file=PATH"),
    .init(
      "fw-cfg-incomplete", ["name, plus exactly one of file, string and gen_id, are needed"],
      cause: "-fw_cfg needs a name= and one of file=, string= and gen_id=",
      remedy: "write -fw_cfg name=opt/org.example/x,string=…"),
  ]
}
