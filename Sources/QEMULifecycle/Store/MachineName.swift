public import QEMUDiagnosis

/// The name of a virtual machine, which is also the name of its directory.
public struct MachineName: Sendable, Hashable, CustomStringConvertible {
  /// The maximum number of characters in a name.
  public static let longest = 64

  /// The name.
  public let description: String

  /// Makes a name from a text.
  /// - Throws: ``LifecycleError`` `invalidName` if it is empty, is longer than 64 characters, does not begin with a
  ///   letter or digit, or has characters other than letters, digits, `.`, `_` and `-`.
  public init(_ name: String) throws(LifecycleError) {
    if let why = Self.fault(of: name) {
      // Escaped, so that no control character reaches the terminal.
      let quoted = String(name.prefix(80)).debugDescription
      throw LifecycleError(
        .invalidName,
        "\(quoted)\(name.count > 80 ? "…" : "") cannot be the name of a virtual machine: \(why)",
        remedy:
          "use 1 to \(Self.longest) letters, digits, dots, dashes and underscores, beginning with a letter or digit"
      )
    }
    description = name
  }

  /// Returns the fault of a name; nil if it is valid.
  private static func fault(of name: String) -> String? {
    guard let first = name.first else { return "it is empty" }
    if !isLetterOrDigit(first) { return "it begins with \(String(first).debugDescription)" }
    let isPlain = { (character: Character) in isLetterOrDigit(character) || "._-".contains(character) }
    if let odd = name.first(where: { !isPlain($0) }) { return "it has \(String(odd).debugDescription)" }
    return name.utf8.count > longest ? "it has \(name.utf8.count) characters" : nil
  }

  private static func isLetterOrDigit(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber)
  }
}
