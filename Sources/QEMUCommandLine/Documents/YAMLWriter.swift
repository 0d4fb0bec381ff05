import CYAML
import QEMUJSON

extension ConfigurationDocument {
  /// Returns the document as YAML.
  /// - Throws: ``CommandLineError`` `unencodableValue` for a text that YAML cannot hold.
  public func yaml() throws(CommandLineError) -> String {
    let writer = YAMLWriter()
    try writer.begin()
    try writer.write(.object(root))
    return try writer.end()
  }
}

/// Writes one document.
private final class YAMLWriter {
  private let emitter = UnsafeMutablePointer<yaml_emitter_t>.allocate(capacity: 1)
  private var bytes: [UInt8] = []

  init() {
    yaml_emitter_initialize(emitter)
    yaml_emitter_set_unicode(emitter, 1)
    yaml_emitter_set_width(emitter, -1)
    let own = Unmanaged.passUnretained(self).toOpaque()
    yaml_emitter_set_output(
      emitter,
      { own, buffer, count in
        guard let own else { return 0 }
        let writer = Unmanaged<YAMLWriter>.fromOpaque(own).takeUnretainedValue()
        writer.bytes += UnsafeBufferPointer(start: buffer, count: count)
        return 1
      }, own)
  }

  deinit {
    yaml_emitter_delete(emitter)
    emitter.deallocate()
  }

  func begin() throws(CommandLineError) {
    try emit { yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
    try emit { yaml_document_start_event_initialize($0, nil, nil, nil, 1) }
  }

  func end() throws(CommandLineError) -> String {
    try emit { yaml_document_end_event_initialize($0, 1) }
    try emit { yaml_stream_end_event_initialize($0) }
    return String(decoding: bytes, as: UTF8.self)
  }

  func write(_ value: JSON) throws(CommandLineError) {
    switch value {
    case .array(let elements):
      try emit { yaml_sequence_start_event_initialize($0, nil, nil, 1, YAML_BLOCK_SEQUENCE_STYLE) }
      for element in elements { try write(element) }
      try emit { yaml_sequence_end_event_initialize($0) }
    case .object(let object):
      try emit { yaml_mapping_start_event_initialize($0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE) }
      for member in object {
        try write(.string(member.name))
        try write(member.value)
      }
      try emit { yaml_mapping_end_event_initialize($0) }
    case .string(let text):
      let isPlain = ConfigurationDocument.isPlain(text)
      try scalar(text, isPlain ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE)
    case .null: try scalar("null", YAML_PLAIN_SCALAR_STYLE)
    default: try scalar(ConfigurationDocument.scalarYAML(value), YAML_PLAIN_SCALAR_STYLE)
    }
  }

  private func scalar(_ text: String, _ style: yaml_scalar_style_t) throws(CommandLineError) {
    let bytes = Array(text.utf8)
    try emit { event in
      bytes.withUnsafeBufferPointer { buffer in
        yaml_scalar_event_initialize(
          event, nil, nil, buffer.baseAddress, Int32(clamping: buffer.count), 1, 1, style)
      }
    }
  }

  /// Emits an event, which the emitter releases.
  private func emit(_ make: (UnsafeMutablePointer<yaml_event_t>) -> Int32) throws(CommandLineError) {
    var event = yaml_event_t()
    if make(&event) != 0, yaml_emitter_emit(emitter, &event) != 0 { return }
    let problem = emitter.pointee.problem.map { String(cString: $0) } ?? "a text is not UTF-8"
    throw CommandLineError(
      .unencodableValue, "YAML has no way to say it: \(problem)", remedy: "convert to JSON or shell text")
  }
}

extension ConfigurationDocument {
  fileprivate static func scalarYAML(_ value: JSON) -> String {
    value.boolValue.map { "\($0)" } ?? scalarText(value) ?? "null"
  }

  /// Words that other readers of YAML take for something else than a text.
  private static let reserved: Set = [
    "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
  ]

  /// Returns whether every reader of YAML takes a plain text for a string.
  fileprivate static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "/"),
      !reserved.contains(text.lowercased())
    else { return false }
    return text.utf8.allSatisfy { isLetter($0) || 0x30...0x39 ~= $0 || "/_.+-=".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }
}
