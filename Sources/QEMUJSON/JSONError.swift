/// A text that is not JSON, or a value that JSON cannot say.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure this is.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// The text breaks the grammar of JSON.
    case malformed
    /// The text ends before its value does.
    case incomplete
    /// The text is not valid UTF-8.
    case invalidUTF8
    /// The text nests deeper than the limit.
    case tooDeep
    /// A number that neither 64 bits nor a finite `Double` can hold.
    case numberOutOfRange
    /// An object names a key twice.
    case duplicateKey
    /// A key that holds a NUL character: json-c would cut it short.
    case nulInKey
    /// A number that is not finite, which JSON cannot say.
    case notFinite
  }

  /// What kind of failure this is.
  public let code: Code
  /// What failed, with the offending text.
  public let summary: String
  /// Where in the text, in bytes from its start; nil where a value, not a text, was at fault.
  public let offset: Int?
  /// The remedy; never empty.
  public let remedy: String

  /// The failure in one line.
  public var description: String {
    offset.map { "\(summary) at byte \($0)" } ?? summary
  }

  init(_ code: Code, _ summary: String, at offset: Int? = nil, remedy: String? = nil) {
    self.code = code
    self.summary = summary
    self.offset = offset
    self.remedy = remedy ?? code.remedy
  }
}

extension JSONError.Code {
  fileprivate var remedy: String {
    switch self {
    case .malformed: "correct the text at that place: keys and strings stand in double quotes, no comments"
    case .incomplete: "send the whole value: a bracket, quote or digit is missing at the end"
    case .invalidUTF8: "encode the text in UTF-8"
    case .tooDeep: "nest less deeply, or raise the depth limit of the parse"
    case .numberOutOfRange: "write an integer that fits 64 bits, or send the number as a string"
    case .duplicateKey: "name each key of an object once"
    case .nulInKey: "remove the NUL character from the key"
    case .notFinite: "replace infinity or not-a-number with a finite number or null"
    }
  }
}
