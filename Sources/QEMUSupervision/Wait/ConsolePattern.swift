import Glibc

/// A compiled POSIX extended regular expression for lines of a console.
package final class ConsolePattern {
  /// The text of the expression.
  package let text: String
  private let expression: UnsafeMutablePointer<regex_t>

  /// Compiles an expression.
  package init(_ text: String) throws(ConditionError) {
    try PatternLimits.check(text)
    let expression = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
    expression.initialize(to: regex_t())
    let code = regcomp(expression, text, REG_EXTENDED | REG_NOSUB)
    guard code == 0 else {
      let reason = Self.message(code, expression)
      expression.deallocate()
      throw ConditionError(
        summary: "the regular expression \"\(text)\" is not valid: \(reason)", remedy: PatternLimits.remedy)
    }
    self.text = text
    self.expression = expression
  }

  deinit {
    regfree(expression)
    expression.deallocate()
  }

  private static func message(_ code: Int32, _ expression: UnsafePointer<regex_t>) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = buffer.withUnsafeMutableBytes { bytes in
      regerror(code, expression, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    return String(decoding: buffer.prefix(max(0, min(count, buffer.count) - 1)), as: UTF8.self)
  }

  /// Returns a Boolean value that indicates whether a part of a line matches.
  ///
  /// - Parameters:
  ///   - line: The bytes, without the line end. A NUL does not end them, but `.` does not match it.
  ///   - atStart: A Boolean value that indicates whether `^` matches before the first byte.
  ///   - atEnd: A Boolean value that indicates whether `$` matches after the last byte.
  package func matches(_ line: ArraySlice<UInt8>, atStart: Bool = true, atEnd: Bool = true) -> Bool {
    let flags = REG_STARTEND | (atStart ? 0 : REG_NOTBOL) | (atEnd ? 0 : REG_NOTEOL)
    return line.withUnsafeBytes { bytes in
      // The offsets replace the terminating NUL. An empty slice has no address.
      var range = regmatch_t(rm_so: 0, rm_eo: regoff_t(clamping: bytes.count))
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else {
        return regexec(expression, "", 1, &range, flags) == 0
      }
      return regexec(expression, start, 1, &range, flags) == 0
    }
  }
}

/// The limits that keep the memory and the time of an expression small: the supervisor has one thread.
private enum PatternLimits {
  static let length = 1024
  static let repetitions = 4096
  static let remedy =
    "expected console:REGEX with a POSIX extended regular expression, such as console:login:"

  static func check(_ text: String) throws(ConditionError) {
    let bytes = Array(text.utf8)
    guard let reason = fault(in: bytes) else { return }
    throw ConditionError(summary: "the regular expression of console: \(reason)", remedy: remedy)
  }

  private static func fault(in bytes: [UInt8]) -> String? {
    if bytes.isEmpty { return "is empty" }
    if bytes.count > length { return "is longer than \(length) bytes" }
    if bytes.contains(0) { return "contains a NUL" }
    if bytes.contains(UInt8(ascii: "\n")) { return "contains a line feed; a pattern matches within one line" }
    if hasBackReference(bytes) { return "contains a back-reference, which is not supported" }
    return repetitionProduct(bytes) > repetitions ? "repeats more than \(repetitions) times" : nil
  }

  /// The time of a back-reference may grow exponentially with the length of a line.
  private static func hasBackReference(_ bytes: [UInt8]) -> Bool {
    var escaped = false
    for byte in bytes {
      if escaped && byte >= UInt8(ascii: "1") && byte <= UInt8(ascii: "9") { return true }
      escaped = !escaped && byte == UInt8(ascii: "\\")
    }
    return false
  }

  /// Returns the product of all numbers after `{` and `,`, which limits the size of the compiled expression.
  private static func repetitionProduct(_ bytes: [UInt8]) -> Int {
    var product = 1
    var highest = 1
    var number = 0
    var isInside = false
    for byte in bytes where product <= repetitions {
      if byte == UInt8(ascii: "{") {
        (isInside, highest, number) = (true, 1, 0)
      } else if isInside, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        number = min(number * 10 + Int(byte - UInt8(ascii: "0")), repetitions + 1)
        highest = max(highest, number)
      } else if isInside, byte == UInt8(ascii: ",") {
        number = 0
      } else if isInside {
        product *= highest
        isInside = false
      }
    }
    return product
  }
}
