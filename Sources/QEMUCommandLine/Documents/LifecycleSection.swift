import QEMUJSON

/// The section of a configuration that specifies how a virtual machine is run.
public struct LifecycleSection: Sendable, Hashable {
  /// The user that QEMU switches to before its guest runs, a name or `UID:GID`; nil if it is not given.
  public var user: String?
  /// The keys that are known and that this version ignores.
  public var ignored: [String] = []

  static let ignoredKeys = ["autostart", "backoff", "limits", "restart", "stop"]
}

extension ConfigurationDocument {
  /// Returns the section `lifecycle`; nil if there is none.
  /// - Throws: ``CommandLineError`` `malformedDocument` with the place if a key is unknown or the user is no text.
  public func lifecycle() throws(CommandLineError) -> LifecycleSection? {
    guard let value = root[Section.lifecycle.rawValue] else { return nil }
    guard let object = value.objectValue else { throw malformedLifecycle("lifecycle is not a mapping") }
    let keys = LifecycleSection.ignoredKeys + ["user"]
    if let unknown = object.names.first(where: { !keys.contains($0) }) {
      throw malformedLifecycle(
        "lifecycle has no key \"\(unknown)\"; its keys are \(keys.joined(separator: ", "))")
    }
    let user = object["user"]
    guard user == nil || user?.stringValue?.isEmpty == false else {
      throw malformedLifecycle("lifecycle.user is not a user's name or \"UID:GID\", in quotes")
    }
    return LifecycleSection(user: user?.stringValue, ignored: object.names.filter { $0 != "user" })
  }

  private func malformedLifecycle(_ what: String) -> CommandLineError {
    Self.malformed(what, places[Section.lifecycle.rawValue], remedy: "write lifecycle: {user: NAME}")
  }
}
