public import QAPI
public import QEMUJSON

/// An enumeration of the QAPI is a word of the command line, too.
extension PropertyValue where Self: QAPIEnumeration {
  /// The words.
  public static var expectation: String { "one of \(known.map(\.text).joined(separator: ", "))" }
  /// Reads one of the words.
  public init?(propertyText: String) {
    guard Self.known.contains(where: { $0.text == propertyText }) else { return nil }
    self.init(text: propertyText)
  }
  /// The word.
  public var propertyText: String { text }
  /// One of the words.
  public static var jsonSchema: JSONObject { ["enum": .array(known.map { .string($0.text) })] }
}

extension RebootAction: PropertyValue {}
extension ShutdownAction: PropertyValue {}
extension PanicAction: PropertyValue {}
extension WatchdogAction: PropertyValue {}
extension MonitorMode: PropertyValue {}
extension TPMType: PropertyValue {}
