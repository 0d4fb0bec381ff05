/// The settings of QEMU's process.
///
/// QEMU: `-run-with [async-teardown=on|off][,chroot=DIR][,user=NAME|UID:GID][,exit-with-parent=on|off]`
public struct RunWithOption: OptionSchema {
  /// The option's name.
  public static let option = "run-with"

  /// QEMU: `async-teardown=on|off`
  public let asyncTeardown = Key<Bool>("async-teardown", "release memory after the process has exited")
  /// QEMU: `chroot=DIR`
  public let chroot = Key<String>("chroot", "change the root directory before the guest starts")
  /// QEMU: `user=NAME|UID:GID`
  public let user = Key<String>("user", "change to this user before the guest starts", since: "9.1")
  /// QEMU: `exit-with-parent=on|off`
  public let exitWithParent = Key<Bool>("exit-with-parent", "exit when the parent exits", since: "10.2")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = RunWithOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
