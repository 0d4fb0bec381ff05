/// The lines of replies as QEMU writes them.
enum QMPReply {
  static let genericError = "GenericError"
  static let commandNotFound = "CommandNotFound"

  /// Returns the line of a reply to a command that succeeded.
  static func success(_ value: JSONText, id: JSONText?) -> [UInt8] {
    Array("{\"return\": ".utf8) + value.bytes + ending(id)
  }

  /// Returns the rest of a line of a reply after the value.
  static func ending(_ id: JSONText?) -> [UInt8] {
    guard let id else { return Array("}\r\n".utf8) }
    return Array(", \"id\": ".utf8) + id.bytes + Array("}\r\n".utf8)
  }

  /// Returns the line of a reply to a command that failed.
  static func failure(
    class errorClass: String, description: some Sequence<UInt8>, id: JSONText?
  ) -> [UInt8] {
    var error = Array("{\"class\": ".utf8)
    JSONString.append(errorClass.utf8, isASCII: true, to: &error)
    error += Array(", \"desc\": ".utf8)
    JSONString.append(description, isASCII: true, to: &error)
    return failure(error: (error + Array("}".utf8))[...], id: id)
  }

  /// Returns the line of a reply with the value of `error`.
  static func failure(error: ArraySlice<UInt8>, id: JSONText?) -> [UInt8] {
    var line = Array("{".utf8)
    if let id { line += Array("\"id\": ".utf8) + id.bytes + Array(", ".utf8) }
    return line + Array("\"error\": ".utf8) + error + Array("}\r\n".utf8)
  }

  /// Returns the line of a reply to a command that failed.
  static func failure(class errorClass: String, description: String, id: JSONText?) -> [UInt8] {
    failure(class: errorClass, description: description.utf8, id: id)
  }

  /// The greeting while QEMU is not connected.
  static let greetingWithoutQEMU = JSONText(
    unchecked: Array(
      (#"{"QMP": {"version": {"qemu": {"micro": 0, "minor": 0, "major": 0}, "#
        + #""package": "qemuctl-supervisor"}, "capabilities": []}}"#).utf8)[...])
}
