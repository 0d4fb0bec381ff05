extension String {
  /// The text with control characters shown as `\\u{1b}`; newlines and tabs are kept.
  var visible: String {
    if unicodeScalars.allSatisfy({ !$0.isControl || $0.isLayout }) { return self }
    return unicodeScalars.map { scalar in
      scalar.isControl && !scalar.isLayout ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
  }

  /// The text with control characters and newlines in escape sequences.
  var visibleOnOneLine: String {
    utf8.contains(UInt8(ascii: "\n")) ? visible.replacing("\n", with: "\\n") : visible
  }

  /// The JSON text with control characters in JSON's escape sequences.
  var withEscapedControls: String {
    if unicodeScalars.allSatisfy({ !$0.isControl || $0.isLayout }) { return self }
    return unicodeScalars.map { scalar in
      guard scalar.isControl, !scalar.isLayout else { return String(scalar) }
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }
}

extension Unicode.Scalar {
  /// A Boolean value that indicates whether a terminal may interpret it: C0, DEL, C1, line separators and bidirectional
  /// controls.
  fileprivate var isControl: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  fileprivate var isLayout: Bool { self == "\n" || self == "\t" }
}
