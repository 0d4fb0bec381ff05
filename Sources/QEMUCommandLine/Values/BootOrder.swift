/// The drives in the order in which the firmware tries them, each as a letter: `a` and `b` are floppies, `c` is the
/// first disk, `d` the first CD, `n` to `p` the network.
public struct BootOrder: PropertyValue, ExpressibleByStringLiteral {
  /// The letters.
  public let letters: String

  /// Creates a boot order from letters; QEMU refuses invalid or repeated ones.
  public init(stringLiteral value: String) { letters = value }

  /// The description of valid values.
  public static var expectation: String { "letters from a to p, each once, such as cd" }
  /// Creates a boot order from its text.
  public init?(propertyText: String) {
    guard Self.judge(propertyText) == .valid else { return nil }
    letters = propertyText
  }
  /// The letters.
  public var propertyText: String { letters }
  /// Returns whether QEMU would accept the text.
  public static func judge(_ text: String) -> PropertyJudgement {
    let bytes = Array(text.utf8)
    guard bytes.allSatisfy({ UInt8(ascii: "a")...UInt8(ascii: "p") ~= $0 }) else { return .malformed }
    return Set(bytes).count == bytes.count ? .valid : .outOfRange("a drive is repeated")
  }
}
