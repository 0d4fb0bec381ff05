/// QEMU's options: which take an argument, and which are gone.
///
/// The names and arities are those of QEMU 11.1, with what 7.2 to 10.x had besides.
struct OptionRow: Sendable {
  let name: String
  let takesArgument: Bool
  /// The version that no longer has it.
  var removedIn: String?
  /// What does its work since.
  var replacement: String?
}

enum OptionTable {
  /// The option of a name, aliases resolved.
  static func row(_ name: String) -> OptionRow? { byName[aliases[name] ?? name] }

  /// Every name an option goes by.
  static var names: [String] { byName.keys + Array(aliases.keys) }

  private static let aliases = ["M": "machine", "h": "help"]

  private static let byName = Dictionary(uniqueKeysWithValues: (rows + removed).map { ($0.name, $0) })

  private static let removed = [
    OptionRow(name: "portrait", takesArgument: false, removedIn: "9.2"),
    OptionRow(name: "chroot", takesArgument: true, removedIn: "9.0", replacement: "-run-with chroot=DIR"),
    OptionRow(name: "runas", takesArgument: true, removedIn: "10.0", replacement: "-run-with user="),
    OptionRow(
      name: "async-teardown", takesArgument: false, removedIn: "9.0",
      replacement: "-run-with async-teardown=on"),
    OptionRow(name: "rotate", takesArgument: true, removedIn: "9.2"),
    OptionRow(name: "old-param", takesArgument: false, removedIn: "10.2"),
    OptionRow(name: "audio-help", takesArgument: false, replacement: "-audiodev help"),
    OptionRow(name: "no-acpi", takesArgument: false, removedIn: "9.0", replacement: "-machine acpi=off"),
    OptionRow(
      name: "singlestep", takesArgument: false, removedIn: "9.0", replacement: "-accel tcg,one-insn-per-tb=on"
    ),
    OptionRow(name: "no-hpet", takesArgument: false, removedIn: "9.0", replacement: "-machine hpet=off"),
  ]

  private static let rows =
    words(flags, takesArgument: false) + words(withArgument, takesArgument: true)

  private static func words(_ text: String, takesArgument: Bool) -> [OptionRow] {
    text.split(whereSeparator: \.isWhitespace).map {
      OptionRow(name: String($0), takesArgument: takesArgument)
    }
  }

  private static let flags = """
    S daemonize enable-kvm enable-sync-profile full-screen help jitdump mem-prealloc no-fd-bootchk
    no-reboot no-shutdown no-user-config nodefaults nographic only-migratable perfmap preconfig s
    semihosting snapshot usb version win2k-hack xen-attach xen-domid-restrict
    """

  private static let withArgument = """
    D L accel acpitable action add-fd append audio audiodev bios blockdev boot cdrom chardev compat cpu
    d debugcon device dfilter display drive dtb dump-vmstate echr fda fdb fsdev fw_cfg g gdb global hda
    hdb hdc hdd icount incoming initrd iscsi k kernel loadvm m machine mem-path mon monitor msg mtdblock
    name net netdev nic numa object option-rom overcommit parallel pflash pidfile plugin prom-env qmp
    qmp-pretty qtest qtest-log readconfig rtc run-with sandbox sd seed semihosting-config serial set
    shim smbios smp spice tpmdev trace usbdevice uuid vga virtfs vnc watchdog-action xen-domid
    """
}
