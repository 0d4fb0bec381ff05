extension QEMUConfiguration {
  /// The user that QEMU changes to before its guest runs; nil if it keeps the user that starts it.
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

  /// Sets the user that QEMU changes to before its guest runs, with the option of this version of QEMU.
  /// - Parameters:
  ///   - user: a name, or `UID:GID`.
  ///   - version: QEMU's version, such as `10.0.2`.
  /// - Throws: ``CommandLineError`` `conflictingOptions` if the configuration has another user; `malformedValue` for an
  ///   empty name.
  ///
  /// QEMU: `-run-with user=NAME|UID:GID` since 9.1, `-runas` before
  public mutating func setUser(_ user: String, version: String) throws(CommandLineError) {
    if let other = self.user {
      if other == user { return }
      throw CommandLineError(
        .conflictingOptions, "the user is \(user), but QEMU's options specify \(other)",
        remedy: "specify one user")
    }
    if user.isEmpty {
      throw CommandLineError(
        .malformedValue, "the name of the user is empty",
        remedy: "specify a user name, or UID:GID")
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
