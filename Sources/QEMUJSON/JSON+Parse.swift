extension JSON {
  /// The default limit for the levels of nesting; QEMU's replies have fewer than twenty.
  public static let defaultDepthLimit = 512

  /// Parses a complete JSON text.
  ///
  /// The text is checked for errors that json-c does not report (integers beyond 64 bits, duplicate keys, NUL, single
  /// quotes, NaN) and parsed by json-c. Its tree is converted to values and freed before this returns.
  /// - Parameters:
  ///   - bytes: the text in UTF-8; white space around the value is allowed.
  ///   - depthLimit: the number of levels of arrays and objects that are allowed.
  /// - Returns: the value.
  /// - Throws: ``JSONError`` with the offset of the error in the text.
  public static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int = defaultDepthLimit
  ) throws(JSONError) -> JSON {
    try JSONParser(depthLimit: depthLimit).parse(bytes) { $0.takeValue() }
  }

  /// Parses a complete JSON text; see ``parse(_:depthLimit:)-(UnsafeBufferPointer<UInt8>,_)``.
  public static func parse(_ bytes: [UInt8], depthLimit: Int = defaultDepthLimit) throws(JSONError) -> JSON {
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      try parse(buffer, depthLimit: depthLimit)
    }
  }

  /// Parses a complete JSON text; see ``parse(_:depthLimit:)-(UnsafeBufferPointer<UInt8>,_)``.
  public static func parse(_ text: String, depthLimit: Int = defaultDepthLimit) throws(JSONError) -> JSON {
    try parse(Array(text.utf8), depthLimit: depthLimit)
  }
}
