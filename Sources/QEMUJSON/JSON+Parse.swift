extension JSON {
  /// How deep a text may nest unless the caller says otherwise; QEMU's own replies stay below twenty.
  public static let defaultDepthLimit = 512

  /// Parses one whole JSON text.
  ///
  /// The text is checked for what json-c lets pass (integers beyond 64 bits, duplicate keys, NUL, single quotes, NaN),
  /// parsed by json-c, taken over into values, and json-c's tree is released before this returns.
  /// - Parameters:
  ///   - bytes: the text in UTF-8; white space around the value is allowed.
  ///   - depthLimit: how many levels of arrays and objects are allowed.
  /// - Returns: the value.
  /// - Throws: ``JSONError`` with the place where the text is at fault.
  public static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int = defaultDepthLimit
  ) throws(JSONError) -> JSON {
    try JSONParser(depthLimit: depthLimit).parse(bytes) { $0.takeValue() }
  }

  /// Parses one whole JSON text; see ``parse(_:depthLimit:)-(UnsafeBufferPointer<UInt8>,_)``.
  public static func parse(_ bytes: [UInt8], depthLimit: Int = defaultDepthLimit) throws(JSONError) -> JSON {
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      try parse(buffer, depthLimit: depthLimit)
    }
  }

  /// Parses one whole JSON text; see ``parse(_:depthLimit:)-(UnsafeBufferPointer<UInt8>,_)``.
  public static func parse(_ text: String, depthLimit: Int = defaultDepthLimit) throws(JSONError) -> JSON {
    try parse(Array(text.utf8), depthLimit: depthLimit)
  }
}
