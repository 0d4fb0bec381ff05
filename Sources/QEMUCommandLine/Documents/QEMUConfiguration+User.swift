extension QEMUConfiguration {
  /// The user to whom QEMU changes before its guest runs; nil where it stays the one who starts it.
  ///
  /// QEMU: `-run-with user=NAME|UID:GID`, `-runas`
  public var user: String? {
    for occurrence in occurrences.reversed() {
      switch occurrence.option {
      case "runas": return try? occurrence.argument?.text()
      case "run-with":
        if let user = (occurrence.argument as? Properties<RunWithOption>)?.user { return user }
      default: continue
      }
    }
    return nil
  }

  /// Sets the user to whom QEMU changes before its guest runs, with the option that this version of QEMU has.
  /// - Parameters:
  ///   - user: a name, or `UID:GID`.
  ///   - version: QEMU's version, such as `10.0.2`.
  /// - Throws: ``CommandLineError`` `conflictingOptions` where the configuration names another user; `malformedValue` for an
  ///   empty name.
  ///
  /// QEMU: `-run-with user=NAME|UID:GID` since 9.1, `-runas` before
  public mutating func setUser(_ user: String, version: String) throws(CommandLineError) {
    if let other = self.user {
      if other == user { return }
      throw CommandLineError(
        .conflictingOptions, "QEMU is to run as \(user), and its options say \(other)",
        remedy: "name one user")
    }
    if user.isEmpty {
      throw CommandLineError(
        .malformedValue, "the user that QEMU is to run as has no name",
        remedy: "give a user's name, or UID:GID")
    }
    guard Self.hasUserProperty(version) else {
      occurrences.append(Occurrence(option: "runas", argument: PlainText(user)))
      return
    }
    var argument = Properties<RunWithOption>()
    argument.user = user
    occurrences.append(Occurrence(argument))
  }

  private static func hasUserProperty(_ version: String) -> Bool {
    let parts = version.split(separator: ".").map { Int($0) ?? 0 }
    return !parts.lexicographicallyPrecedes([9, 1])
  }
}
