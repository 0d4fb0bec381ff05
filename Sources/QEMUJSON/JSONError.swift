/// An error for a text that is not JSON, or for a value that JSON cannot represent.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// The text does not match the grammar of JSON.
    case malformed
    /// The text ends before its value is complete.
    case incomplete
    /// The text is not valid UTF-8.
    case invalidUTF8
    /// The text nests deeper than the limit.
    case tooDeep
    /// A number does not fit 64 bits, or is not finite as a `Double`.
    case numberOutOfRange
    /// An object has a key twice.
    case duplicateKey
    /// A key has a NUL character: json-c would truncate it.
    case nulInKey
    /// A number is not finite, which JSON cannot represent.
    case notFinite
  }

  /// The kind of failure.
  public let code: Code
  /// A description of the failure with the invalid text.
  public let summary: String
  /// The offset of the error in the text, in bytes; nil if the error is about a value, not a text.
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
    case .malformed: "correct the text there: put keys and strings in double quotes, and remove comments"
    case .incomplete: "send the whole value: a bracket, quote or digit is missing at the end"
    case .invalidUTF8: "encode the text in UTF-8"
    case .tooDeep: "reduce the nesting, or raise the depth limit of the parse"
    case .numberOutOfRange: "write an integer that fits 64 bits, or send the number as a string"
    case .duplicateKey: "remove the duplicate key"
    case .nulInKey: "remove the NUL character from the key"
    case .notFinite: "replace infinity or NaN with a finite number or null"
    }
  }
}
