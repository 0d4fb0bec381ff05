/// The permission of a group of system calls.
public enum SandboxPermission: String, PropertyWord {
  /// Allow them.
  case allow
  /// Deny them.
  case deny
}

/// The permission of system calls that elevate privileges.
public enum PrivilegePermission: String, PropertyWord {
  /// Allow them.
  case allow
  /// Deny them.
  case deny
  /// Allow them for child processes only.
  case children
}

/// The filter of QEMU's system calls.
///
/// QEMU: `-sandbox [enable=]on|off[,obsolete=…][,elevateprivileges=…][,spawn=…][,resourcecontrol=…]`
public struct SandboxOption: OptionSchema {
  /// The option's name.
  public static let option = "sandbox"
  /// The property whose name may be omitted if its value comes first.
  public static let impliedKey: String? = "enable"

  /// QEMU: `enable=on|off`
  public let enable = Key<Bool>("enable", "whether the filter is enabled")
  /// QEMU: `obsolete=allow|deny`
  public let obsolete = Key<SandboxPermission>("obsolete", "obsolete system calls")
  /// QEMU: `elevateprivileges=allow|deny|children`
  public let elevatePrivileges = Key<PrivilegePermission>(
    "elevateprivileges", "system calls that elevate privileges")
  /// QEMU: `spawn=allow|deny`
  public let spawn = Key<SandboxPermission>("spawn", "system calls that start processes")
  /// QEMU: `resourcecontrol=allow|deny`
  public let resourceControl = Key<SandboxPermission>(
    "resourcecontrol", "system calls that change priorities and affinities")

  /// The only instance. Its stored properties declare the properties of the option.
  public static let schema = SandboxOption()
  /// The declarations by name.
  public static let declarations = gather(schema)
}
