public import QAPI
public import QEMUJSON

/// The conformance of a QAPI enumeration, whose values are also words of the command line.
extension PropertyValue where Self: QAPIEnumeration {
  /// The description of valid values: the words.
  public static var expectation: String { "one of \(known.map(\.text).joined(separator: ", "))" }
  /// Creates a value from one of the words.
  public init?(propertyText: String) {
    guard Self.known.contains(where: { $0.text == propertyText }) else { return nil }
    self.init(text: propertyText)
  }
  /// The word.
  public var propertyText: String { text }
  /// Returns whether a text is one of the words.
  public static func knows(_ text: String) -> Bool { known.contains { $0.text == text } }
  /// Creates a value from a word of another version of QEMU.
  public init?(unknownWord: String) { self.init(text: unknownWord) }
  /// The JSON Schema: one of the words.
  public static var jsonSchema: JSONObject { ["enum": .array(known.map { .string($0.text) })] }
}

extension RebootAction: PropertyValue {}
extension ShutdownAction: PropertyValue {}
extension PanicAction: PropertyValue {}
extension WatchdogAction: PropertyValue {}
extension MonitorMode: PropertyValue {}
extension TPMType: PropertyValue {}
extension BlockdevQcow2EncryptionFormat: PropertyValue {}
