import QAPI

/// The table of QEMU's options: those of QEMU 11.1, and those that 7.2 to 10.x had in addition.
public enum OptionTable {
  /// Returns the option with a name or an alias; nil if it is not known.
  public static func declaration(_ name: String) -> OptionDeclaration? { byName[name] }

  static func declaration(_ name: Span<UInt8>) -> OptionDeclaration? { byName[name] }

  /// All options, by name.
  public static let all: [OptionDeclaration] = (flags + withArgument + removed).sorted { $0.name < $1.name }

  /// The names and aliases of all options.
  static var names: [String] { byName.names }

  private static let byName = NameTable(
    all.flatMap { option in ([option.name] + option.aliases).map { ($0, option) } })

  /// Returns the error for an unknown option, with the most similar option.
  static func unknownOption(_ name: String) -> CommandLineError {
    let equals = name.firstIndex(of: "=")
    let stem = String(equals.map { name[..<$0] } ?? name[...])
    if let removed = RemovedOption.all[stem] { return removed.error }
    let remedy =
      if equals != nil, declaration(stem) != nil {
        "separate -\(stem) and its argument with a space"
      } else {
        suggestion(stem, names).isEmpty
          ? "see qemu-system-x86_64 -help for the options" : suggestion(stem, names) + "see also -help"
      }
    let shown = Redaction.beginning(of: ["-\(name)"], count: 81)
    return CommandLineError(.unknownOption, "QEMU has no option \(shown)", remedy: remedy)
  }
}

// MARK: - Rows

extension OptionTable {
  private static let flags = [
    OptionDeclaration("S", nil, "do not start the guest's CPUs"),
    OptionDeclaration("daemonize", nil, "detach from the terminal once the guest is set up"),
    OptionDeclaration(
      "enable-kvm", nil, "use KVM; the same as -machine accel=kvm",
      architectures: [
        "arm", "aarch64", "i386", "x86_64", "mips", "mipsel", "mips64", "mips64el", "ppc", "ppc64", "riscv32",
        "riscv64", "s390x",
      ]),
    OptionDeclaration("enable-sync-profile", nil, "profile synchronization"),
    OptionDeclaration("full-screen", nil, "show the display in full screen"),
    OptionDeclaration("help", nil, "print help and exit", aliases: ["h"]),
    OptionDeclaration("jitdump", nil, "write translated code for perf", since: "8.0"),
    OptionDeclaration("mem-prealloc", nil, "preallocate guest memory"),
    OptionDeclaration(
      "no-fd-bootchk", nil, "do not check the boot signature of floppies", architectures: ["i386", "x86_64"]),
    OptionDeclaration("no-reboot", nil, "exit when the guest resets"),
    OptionDeclaration("no-shutdown", nil, "stop instead of exiting when the guest shuts down"),
    OptionDeclaration("no-user-config", nil, "do not read the user's configuration files"),
    OptionDeclaration("nodefaults", nil, "create no default devices"),
    OptionDeclaration(
      "nographic", nil, "disable the display, and use the terminal for serial port and monitor"),
    OptionDeclaration("only-migratable", nil, "refuse devices that cannot be migrated"),
    OptionDeclaration("perfmap", nil, "write a map of translated code for perf", since: "8.0"),
    OptionDeclaration("preconfig", nil, "wait for QMP commands before machine initialization"),
    OptionDeclaration("s", nil, "wait for a debugger's connection at port 1234", .accumulates),
    OptionDeclaration(
      "semihosting", nil, "let the guest call services of the host",
      architectures: [
        "arm", "aarch64", "m68k", "xtensa", "xtensaeb", "mips", "mipsel", "mips64", "mips64el", "riscv32",
        "riscv64",
      ]),
    OptionDeclaration("snapshot", nil, "write to temporary files"),
    OptionDeclaration("usb", nil, "enable the machine's USB controller"),
    OptionDeclaration("version", nil, "print the version and exit"),
    OptionDeclaration(
      "win2k-hack", nil, "slow down disks for the installation of Windows 2000",
      architectures: ["i386", "x86_64"]),
    OptionDeclaration(
      "xen-attach", nil, "attach to a domain that is already running",
      architectures: ["arm", "aarch64", "i386", "x86_64"]),
    OptionDeclaration(
      "xen-domid-restrict", nil, "restrict the calls to Xen to the guest's domain",
      architectures: ["arm", "aarch64", "i386", "x86_64"]),
  ]

  private static let withArgument = [
    OptionDeclaration("D", PlainText.self, "the log file"),
    OptionDeclaration("L", PlainText.self, "a search directory for firmware", .accumulatesInOrder),
    OptionDeclaration(
      "accel", Accelerator.self, "the accelerator for the guest's CPUs; of several, the first that works",
      .accumulatesInOrder),
    OptionDeclaration(
      "acpitable", Properties<ACPITableOption>.self, "add an ACPI table", .accumulates,
      architectures: ["i386", "x86_64"]),
    OptionDeclaration(
      "action", Properties<ActionOption>.self, "the actions when the guest resets, shuts down or panics",
      .merges),
    OptionDeclaration(
      "add-fd", Properties<AddFDOption>.self, "add an open descriptor to a set", .accumulates),
    OptionDeclaration("append", PlainText.self, "the kernel's command line"),
    OptionDeclaration(
      "audio", QAPIArgument<AudioOption>.self, "an audio backend and its device", .accumulates),
    OptionDeclaration("audiodev", QAPIArgument<AudiodevOption>.self, "an audio backend", .accumulates),
    OptionDeclaration("bios", PlainText.self, "the firmware's file"),
    OptionDeclaration("blockdev", QAPIArgument<BlockdevOption>.self, "a block node", .accumulatesInOrder),
    OptionDeclaration("boot", Properties<BootOption>.self, "the boot order", .merges),
    OptionDeclaration("cdrom", PlainText.self, "a CD image", .accumulates),
    OptionDeclaration(
      "chardev", Properties<CharacterDeviceOption>.self, "a stream of bytes on the host", .accumulates),
    OptionDeclaration("compat", QAPIArgument<CompatOption>.self, "the policy for deprecated interfaces"),
    OptionDeclaration("cpu", CPUModel.self, "the CPU model and its features"),
    OptionDeclaration("d", LogItems.self, "the log items"),
    OptionDeclaration(
      "debugcon", CharacterDeviceAddress.self, "a console for the firmware's messages", .accumulatesInOrder),
    OptionDeclaration("device", DeviceOption.self, "a device of the guest", .accumulatesInOrder),
    OptionDeclaration(
      "dfilter", AddressFilter.self, "the ranges of addresses to which the log is limited", .accumulates),
    OptionDeclaration("display", DisplayArgument.self, "the display"),
    OptionDeclaration(
      "drive", Properties<DriveOption>.self, "a drive with its image", .accumulatesInOrder),
    OptionDeclaration("dtb", PlainText.self, "the device tree's file"),
    OptionDeclaration(
      "dump-vmstate", PlainText.self, "write the format of the migration state to a file, and exit", .refused),
    OptionDeclaration(
      "echr", SingleValue<RawInteger>.self, "the escape character of the terminal"),
    OptionDeclaration("fda", PlainText.self, "a floppy image", .accumulates),
    OptionDeclaration("fdb", PlainText.self, "an image for the second floppy drive", .accumulates),
    OptionDeclaration(
      "fsdev", Properties<FileSystemDeviceOption>.self,
      "a host directory that a device can share with the guest", .accumulates),
    OptionDeclaration(
      "fw_cfg", Properties<FirmwareConfigurationOption>.self, "an item of the firmware configuration",
      .accumulates),
    OptionDeclaration(
      "g", SingleValue<DisplayGeometry>.self, "the size of the display",
      architectures: ["ppc", "ppc64", "sparc", "sparc64", "m68k"]),
    OptionDeclaration("gdb", CharacterDeviceAddress.self, "wait for a debugger's connection", .accumulates),
    OptionDeclaration("global", GlobalProperty.self, "a property of every device of a driver", .accumulates),
    OptionDeclaration("hda", PlainText.self, "an image for the first disk", .accumulates),
    OptionDeclaration("hdb", PlainText.self, "an image for the second disk", .accumulates),
    OptionDeclaration("hdc", PlainText.self, "an image for the third disk", .accumulates),
    OptionDeclaration("hdd", PlainText.self, "an image for the fourth disk", .accumulates),
    OptionDeclaration(
      "icount", Properties<InstructionCountOption>.self, "count time in instructions", .merges),
    OptionDeclaration("incoming", IncomingOption.self, "the address of an incoming migration"),
    OptionDeclaration("initrd", PlainText.self, "the initial RAM disk's file"),
    OptionDeclaration(
      "iscsi", Properties<ISCSIOption>.self, "the parameters of sessions with iSCSI targets", .accumulates),
    OptionDeclaration("k", PlainText.self, "the keyboard layout"),
    OptionDeclaration("kernel", PlainText.self, "the kernel's file"),
    OptionDeclaration("loadvm", PlainText.self, "the snapshot to load at the start"),
    OptionDeclaration("m", Properties<MemoryOption>.self, "the memory of the guest", .merges),
    OptionDeclaration(
      "machine", MachineOption.self, "the machine and its properties", .merges, aliases: ["M"]),
    OptionDeclaration("mem-path", PlainText.self, "a directory for the guest's memory"),
    OptionDeclaration("mon", Properties<MonitorOption>.self, "a monitor on a character device", .accumulates),
    OptionDeclaration(
      "monitor", CharacterDeviceAddress.self, "the address of an HMP monitor", .accumulates),
    OptionDeclaration("msg", Properties<MessageOption>.self, "the format of messages", .accumulates),
    OptionDeclaration("mtdblock", PlainText.self, "an image of flash memory", .accumulates),
    OptionDeclaration("name", Properties<NameOption>.self, "the names of the virtual machine", .merges),
    OptionDeclaration(
      "net", QAPIArgument<NetOption>.self, "a network backend or a NIC on the shared hub", .accumulates),
    OptionDeclaration("netdev", QAPIArgument<NetdevOption>.self, "a network backend", .accumulates),
    OptionDeclaration("nic", QAPIArgument<NICOption>.self, "a network backend and its NIC", .accumulates),
    OptionDeclaration(
      "numa", QAPIArgument<NUMAOption>.self, "a NUMA node with memory and CPUs", .accumulates),
    OptionDeclaration(
      "object", QAPIArgument<ObjectOption>.self, "an object that is not a device", .accumulatesInOrder),
    OptionDeclaration(
      "option-rom", Properties<OptionROMOption>.self, "a ROM that extends the firmware", .accumulates),
    OptionDeclaration(
      "overcommit", Properties<OvercommitOption>.self, "the host resources that are reserved for the guest",
      .accumulates),
    OptionDeclaration(
      "parallel", CharacterDeviceAddress.self, "the address of a parallel port", .accumulatesInOrder),
    OptionDeclaration("pflash", PlainText.self, "an image of the firmware's flash memory", .accumulates),
    OptionDeclaration("pidfile", PlainText.self, "the file that the process id is written to"),
    OptionDeclaration(
      "plugin", Properties<PluginOption>.self, "a TCG plugin", .accumulates),
    OptionDeclaration(
      "prom-env", PlainText.self, "a variable of the firmware", .accumulates,
      architectures: ["ppc", "ppc64", "sparc", "sparc64"]),
    OptionDeclaration("qmp", CharacterDeviceAddress.self, "the address of a QMP monitor", .accumulates),
    OptionDeclaration(
      "qmp-pretty", CharacterDeviceAddress.self, "the address of a QMP monitor with indented output",
      .accumulates),
    OptionDeclaration("qtest", PlainText.self, "the address of a device test"),
    OptionDeclaration("qtest-log", PlainText.self, "the log of a device test"),
    OptionDeclaration("readconfig", PlainText.self, "a configuration file", .accumulates),
    OptionDeclaration("rtc", Properties<RTCOption>.self, "the real time clock", .merges),
    OptionDeclaration(
      "run-with", Properties<RunWithOption>.self, "settings of QEMU's process", .accumulates, since: "8.1"),
    OptionDeclaration(
      "sandbox", Properties<SandboxOption>.self, "the system call filter", .accumulates),
    OptionDeclaration("sd", PlainText.self, "an image of a memory card", .accumulates),
    OptionDeclaration("seed", SingleValue<UInt64>.self, "the seed of the guest's random numbers"),
    OptionDeclaration(
      "semihosting-config", Properties<SemihostingOption>.self, "let the guest call services of the host",
      .merges,
      architectures: [
        "arm", "aarch64", "m68k", "xtensa", "xtensaeb", "mips", "mipsel", "mips64", "mips64el", "riscv32",
        "riscv64",
      ]),
    OptionDeclaration(
      "serial", CharacterDeviceAddress.self, "the address of a serial port", .accumulatesInOrder),
    OptionDeclaration("set", SetProperty.self, "a property of an earlier option with an id", .accumulates),
    OptionDeclaration(
      "shim", PlainText.self, "the file of the shim loader, which verifies the kernel", since: "10.0"),
    OptionDeclaration(
      "smbios", Properties<SMBIOSOption>.self, "the contents of the SMBIOS tables", .accumulates,
      architectures: ["i386", "x86_64", "arm", "aarch64", "loongarch64", "riscv32", "riscv64"]),
    OptionDeclaration(
      "smp", Properties<SMPTopology>.self, "the number and topology of virtual CPUs", .merges),
    OptionDeclaration("spice", Properties<SpiceOption>.self, "show the display to SPICE clients", .merges),
    OptionDeclaration("tpmdev", Properties<TPMOption>.self, "the backend of a TPM device", .accumulates),
    OptionDeclaration("trace", Properties<TraceOption>.self, "trace events", .accumulates),
    OptionDeclaration("usbdevice", PlainText.self, "a USB device", .accumulates),
    OptionDeclaration("uuid", SingleValue<UUID>.self, "the machine's UUID"),
    OptionDeclaration("vga", SingleValue<VGAAdapter>.self, "the graphics adapter"),
    OptionDeclaration(
      "virtfs", Properties<VirtFSOption>.self, "a shared host directory and its device", .accumulates),
    OptionDeclaration("vnc", Properties<VNCOption>.self, "show the display to VNC clients", .accumulates),
    OptionDeclaration(
      "watchdog-action", SingleValue<WatchdogAction>.self, "the action when a watchdog expires"),
    OptionDeclaration(
      "xen-domid", SingleValue<RawInteger>.self, "the Xen domain",
      architectures: ["arm", "aarch64", "i386", "x86_64"]),
  ]

  private static let removed = [
    OptionDeclaration(
      "async-teardown", nil, "release memory after the process has exited", removedIn: "9.0",
      replacement: "-run-with async-teardown=on"),
    OptionDeclaration(
      "audio-help", nil, "print the audio backends and exit", removedIn: "8.2", replacement: "-audiodev help"),
    OptionDeclaration(
      "chroot", PlainText.self, "the root directory", removedIn: "9.0", replacement: "-run-with chroot=DIR"),
    OptionDeclaration(
      "no-acpi", nil, "disable ACPI", architectures: ["i386", "x86_64", "arm", "aarch64"], removedIn: "9.0",
      replacement: "-machine acpi=off"),
    OptionDeclaration(
      "no-hpet", nil, "disable the HPET", architectures: ["i386", "x86_64"], removedIn: "9.0",
      replacement: "-machine hpet=off"),
    OptionDeclaration(
      "old-param", nil, "pass parameters to the kernel in the old format", architectures: ["arm", "aarch64"],
      removedIn: "10.2"),
    OptionDeclaration("portrait", nil, "rotate the display to the left", removedIn: "9.2"),
    OptionDeclaration("rotate", SingleValue<RawInteger>.self, "rotate the display", removedIn: "9.2"),
    OptionDeclaration(
      "runas", PlainText.self, "the user", removedIn: "10.0", replacement: "-run-with user=NAME"),
    OptionDeclaration(
      "singlestep", nil, "translate one instruction at a time", removedIn: "9.0",
      replacement: "-accel tcg,one-insn-per-tb=on"),
  ]
}
