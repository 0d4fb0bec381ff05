/// Whether a group of system calls is allowed.
public enum SandboxPermission: String, PropertyWord {
  /// They are.
  case allow
  /// They are not.
  case deny
}

/// Whether more rights may be taken.
public enum PrivilegePermission: String, PropertyWord {
  /// They may.
  case allow
  /// They may not.
  case deny
  /// Only children may.
  case children
}

/// Which system calls QEMU may make.
///
/// QEMU: `-sandbox [enable=]on|off[,obsolete=…][,elevateprivileges=…][,spawn=…][,resourcecontrol=…]`
public struct SandboxOption: OptionSchema {
  /// The option's name.
  public static let option = "sandbox"
  /// The property that may stand first without its name.
  public static let impliedKey: String? = "enable"

  /// QEMU: `enable=on|off`
  public let enable = Key<Bool>("enable", "whether any is forbidden")
  /// QEMU: `obsolete=allow|deny`
  public let obsolete = Key<SandboxPermission>("obsolete", "calls that are out of use")
  /// QEMU: `elevateprivileges=allow|deny|children`
  public let elevatePrivileges = Key<PrivilegePermission>("elevateprivileges", "calls that take more rights")
  /// QEMU: `spawn=allow|deny`
  public let spawn = Key<SandboxPermission>("spawn", "calls that start processes")
  /// QEMU: `resourcecontrol=allow|deny`
  public let resourceControl = Key<SandboxPermission>(
    "resourcecontrol", "calls that change priorities and affinities")

  /// The one instance, whose constants are the declarations.
  public static let schema = SandboxOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
