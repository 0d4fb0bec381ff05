/// The name of a virtual machine: it names a folder and stands in commands, so it is plain.
public struct MachineName: Sendable, Hashable, CustomStringConvertible {
  /// The most characters that a name may have.
  public static let longest = 64

  /// The name.
  public let description: String

  /// Takes a name.
  /// - Throws: ``LifecycleError`` `invalidName` where it is empty, longer than 64 characters, does not begin with a letter or
  ///   digit, or has others than letters, digits, `.`, `_` and `-`.
  public init(_ name: String) throws(LifecycleError) {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    let beginsWell = name.first.map { $0.isLetter || $0.isNumber } ?? false
    guard isPlain, beginsWell, name.utf8.count <= Self.longest else {
      throw LifecycleError(
        .invalidName,
        "\"\(name.prefix(80))\"\(name.count > 80 ? "…" : "") cannot be the name of a virtual machine",
        remedy:
          "use 1 to \(Self.longest) letters, digits, dots, dashes and underscores, beginning with a letter or digit"
      )
    }
    description = name
  }
}
