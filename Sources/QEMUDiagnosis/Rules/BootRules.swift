/// The rules for firmware, kernels, and other files that a machine boots from.
enum BootRules {
  static let all: [DiagnosisRule] = [
    .init(
      "firmware-unloadable", ["could not load PC BIOS '{path}'"],
      cause:
        "the firmware '{path}' does not exist, or this machine does not support its size (it must be a "
        + "multiple of 64 KiB)",
      remedy:
        "specify with -bios the absolute path of an unchanged file from a package (seabios, ovmf); "
        + "`qemu-system-ARCH -L help` lists QEMU's firmware directories"),
    .init(
      "firmware-missing",
      [
        "Could not find ROM image '{path}'", "could not find {kind} '{path}'",
      ],
      cause: "the firmware '{path}' is neither a file nor in QEMU's firmware directories",
      remedy:
        "install it (seabios, ovmf), or specify an absolute path with -bios; `qemu-system-ARCH -L help` lists the directories"
    ),
    .init(
      "kernel-missing",
      ["could not open kernel file '{path}': {reason}", "could not load kernel '{path}': {reason}"],
      cause: "the kernel '{path}' cannot be opened: {reason}",
      remedy: "correct -kernel; on many hosts only root may read /boot/vmlinuz-*"),
    .init(
      "kernel-invalid", ["invalid kernel header*"],
      cause: "the file of -kernel is not a kernel that this machine can boot",
      remedy:
        "pass a bzImage (x86) or an Image (Arm, RISC-V), not vmlinux.gz or a disk image"),
    .init(
      "initrd-missing", ["error reading initrd {path}: {reason}", "could not load initrd '{path}'*"],
      cause: "the initial RAM disk '{path}' cannot be read",
      remedy: "correct -initrd or the file's permissions"),
    .init(
      "kernel-option-alone", ["-{option} only allowed with -kernel option"],
      cause: "-{option} works only with -kernel",
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
        "use the image from the firmware's package for this machine, or pad a copy of it: "
        + "`truncate -s {wanted} COPY`"),
    .init(
      "flash-too-large", ["combined size of system firmware exceeds {maximum} bytes"],
      cause: "the images of the flash memory together have more than {maximum} bytes",
      remedy:
        "check that each file is a firmware image and not a disk; larger images need -machine "
        + "…,max-fw-size=16M"),
    .init(
      "flash-unit-missing", ["{unit} requires {needed}"],
      when: { captures, _ in captures["needed"]?.hasPrefix("pflash") ?? false },
      cause: "{unit} is present without {needed}: a variable store without its firmware",
      remedy: "pass the firmware as the first `-drive if=pflash,unit=0,…`, the variable store as unit=1"),
    .init(
      "firmware-given-twice",
      [
        "The contents of the first flash device may be specified with -bios or with -drive if=pflash... *"
      ],
      cause: "the firmware is specified with -bios and with -drive if=pflash",
      remedy: "keep one of the two: pflash for firmware with a variable store"),
    .init(
      "firmware-limit-too-large", ["User specified max allowed firmware size {size} is greater than 16MiB.*"],
      cause: "max-fw-size= is {size} bytes, but the maximum is 16 MiB",
      remedy: "use max-fw-size=16M or less"),
    .init(
      "device-tree-invalid", ["load_device_tree: Unable to copy device tree into memory: {reason}"],
      cause: "the file of -dtb is not a device tree: {reason}",
      remedy: "pass a compiled tree (`dtc -O dtb`), or remove -dtb: the machine virt generates one"),
    .init(
      "device-tree-missing", ["Couldn't open dtb file {path}"],
      cause: "the device tree '{path}' cannot be read",
      remedy: "correct -dtb, or remove it: the machine virt generates one"),
    .init(
      "kernel-unreadable", ["could not load kernel '{path}'"],
      cause: "the kernel '{path}' does not exist, or this machine cannot load it",
      remedy: "correct -kernel: pass an Image, a uImage or an ELF file for this architecture"),
    .init(
      "kernel-too-old", ["linux kernel too old to load a ram disk"],
      cause: "the file of -kernel is not a Linux kernel with support for an initial RAM disk",
      remedy: "pass a bzImage with -kernel, or remove -initrd"),
    .init(
      "reboot-timeout-invalid", ["reboot timeout is invalid,it should be a value between {range}"],
      cause: "reboot-timeout= of -boot must be between {range}",
      remedy: "use -1 (no reboot) or milliseconds up to 65535"),
    .init(
      "smbios-type-invalid", ["-smbios *: out of range!"],
      cause: "-smbios has a type= that does not exist",
      remedy: "use a type from 0 to 255 that the manual page lists: 0, 1, 2, 3, 4, 11, 17, 41"),
    .init(
      "smbios-type-missing", ["Must specify type= or file="],
      cause: "-smbios has neither the type of a table (type=) nor a file (file=)",
      remedy: "write -smbios type=1,serial=… or -smbios file=PATH"),
    .init(
      "fw-cfg-incomplete", ["name, plus exactly one of file, string and gen_id, are needed"],
      cause: "-fw_cfg needs a name= and one of file=, string= and gen_id=",
      remedy: "write -fw_cfg name=opt/org.example/x,string=…"),
  ]
}
