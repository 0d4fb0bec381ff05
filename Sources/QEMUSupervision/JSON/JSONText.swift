/// A JSON value as the bytes of its text.
///
/// The text is what QEMU's parser accepts: strings may be in single quotes, the members of an object have
/// different names, and the depth is at most ``JSONStream/maximumDepth``.
package struct JSONText: Sendable, Hashable {
  /// The text, without surrounding whitespace.
  package let bytes: ArraySlice<UInt8>

  /// Creates a value of a text that is known to be valid.
  ///
  /// Reading a value of an invalid text is safe, and its result is undefined.
  package init(unchecked bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// Creates a value of a text, or nil if the text is not exactly one valid value.
  package init?(_ bytes: ArraySlice<UInt8>) {
    var stream = JSONStream(limit: .max)
    stream.append(bytes)
    // A number or a keyword ends at the next character.
    stream.append([UInt8(ascii: "\n")])
    guard case .message(let value) = stream.next(), stream.next() == nil, stream.isBetweenMessages else {
      return nil
    }
    self = value
  }

  /// Creates a value of a text, or nil if the text is not exactly one valid value.
  package init?(_ string: String) { self.init(ArraySlice(string.utf8)) }
}

extension JSONText {
  /// A Boolean value that indicates whether the value is an object.
  package var isObject: Bool { bytes.first == UInt8(ascii: "{") }

  /// A Boolean value that indicates whether the value is an array.
  package var isArray: Bool { bytes.first == UInt8(ascii: "[") }

  /// A Boolean value that indicates whether the value is a string.
  package var isString: Bool { bytes.first == UInt8(ascii: "\"") || bytes.first == UInt8(ascii: "'") }

  /// A Boolean value that indicates whether the value is `null`.
  package var isNull: Bool { bytes.elementsEqual("null".utf8) }

  /// The Boolean value, or nil if the value is something else.
  package var boolean: Bool? {
    if bytes.elementsEqual("true".utf8) { return true }
    return bytes.elementsEqual("false".utf8) ? false : nil
  }

  /// The integer, or nil if the value is something else or does not fit.
  package var integer: Int? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let digits = isNegative ? bytes.dropFirst() : bytes
    guard !digits.isEmpty else { return nil }
    var value = 0
    for byte in digits {
      guard byte.isDigit else { return nil }
      let digit = Int(byte - UInt8(ascii: "0"))
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isSumTooLarge) =
        isNegative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      guard !isTooLarge, !isSumTooLarge else { return nil }
      value = sum
    }
    return value
  }

  /// The decoded string, or nil if the value is something else.
  package var string: String? {
    stringBytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The UTF-8 bytes of the decoded string, or nil if the value is something else.
  package var stringBytes: [UInt8]? {
    guard isString else { return nil }
    return try? JSONString.decode(bytes)
  }

  /// Returns a Boolean value that indicates whether the value is a string of the given text.
  package func isString(_ text: String) -> Bool {
    guard isString, bytes.count >= 2 else { return false }
    let content = bytes.dropFirst().dropLast()
    if !content.contains(UInt8(ascii: "\\")) { return content.elementsEqual(text.utf8) }
    return stringBytes?.elementsEqual(text.utf8) ?? false
  }
}
