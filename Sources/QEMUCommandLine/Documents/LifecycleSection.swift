import QEMUJSON

/// The section of a configuration that says how a virtual machine is run.
public struct LifecycleSection: Sendable, Hashable {
  /// The user to whom QEMU changes before its guest runs, a name or `UID:GID`; nil where it is not said.
  public var user: String?
  /// The keys that this version does not act upon.
  public var unknown: [String] = []
}

extension ConfigurationDocument {
  /// Returns the section `lifecycle`; nil where there is none.
  /// - Throws: ``CommandLineError`` `malformedDocument` with the place where it is not as it must be.
  public func lifecycle() throws(CommandLineError) -> LifecycleSection? {
    guard let value = root[Section.lifecycle.rawValue] else { return nil }
    let user = value["user"]
    guard let object = value.objectValue, user == nil || user?.stringValue?.isEmpty == false else {
      throw Self.malformed(
        "lifecycle is not a mapping such as {user: NAME}", at: Section.lifecycle.rawValue, of: self)
    }
    return LifecycleSection(user: user?.stringValue, unknown: object.names.filter { $0 != "user" })
  }
}
