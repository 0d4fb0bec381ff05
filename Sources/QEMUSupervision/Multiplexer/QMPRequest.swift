/// A command of a client.
struct QMPRequest {
  let name: String
  let arguments: JSONText?
  /// The id that is returned to the client, or nil if the command has none.
  let id: JSONText?
  let isOutOfBand: Bool

  /// An error of a command with the class and the description that QEMU gives.
  struct Failure: Error {
    var errorClass = QMPReply.genericError
    let description: String
  }

  /// Creates a command of a message.
  init(_ message: JSONText, allowsOutOfBand: Bool) throws(Failure) {
    guard message.isObject else { throw Failure(description: "QMP input must be a JSON object") }
    let execute = message["execute"]
    let outOfBand = allowsOutOfBand ? message["exec-oob"] : nil
    for (member, value) in [("exec-oob", outOfBand), ("execute", execute)] where value?.isString == false {
      throw Failure(description: "QMP input member '\(member)' must be a string")
    }
    if execute != nil, outOfBand != nil {
      throw Failure(description: "QMP input member 'execute' clashes with 'exec-oob'")
    }
    arguments = message["arguments"]
    guard arguments?.isObject != false else {
      throw Failure(description: "QMP input member 'arguments' must be an object")
    }
    try Self.checkMembers(of: message, allowsOutOfBand: allowsOutOfBand)
    guard let name = (execute ?? outOfBand)?.string else {
      throw Failure(description: "QMP input lacks member 'execute'")
    }
    self.name = name
    id = Self.id(of: message)
    isOutOfBand = outOfBand != nil
  }

  private static func checkMembers(of message: JSONText, allowsOutOfBand: Bool) throws(Failure) {
    let known = ["execute", "arguments", "id"] + (allowsOutOfBand ? ["exec-oob"] : [])
    var unexpected: String?
    message.forEachMember { name, _ in
      if !known.contains(where: name.isString) { unexpected = name.string }
      return unexpected == nil
    }
    if let unexpected { throw Failure(description: "QMP input member '\(unexpected)' is unexpected") }
  }

  /// Returns the id of a message, which stays as it is unless that would not be a part of one line of JSON.
  static func id(of message: JSONText) -> JSONText? {
    guard let id = message["id"] else { return nil }
    guard id.bytes.contains(where: { $0 == UInt8(ascii: "'") || $0 == 0x0A || $0 == 0x0D }) else { return id }
    var scanner = JSONScanner(id.bytes)
    var result: [UInt8] = []
    while let part = scanner.skipLexeme() {
      let isSingleQuoted = part.first == UInt8(ascii: "'")
      result += isSingleQuoted ? JSONText.string(JSONText(unchecked: part).stringBytes ?? []).bytes : part
    }
    return JSONText(unchecked: result[...])
  }

  /// Returns the text that is sent to QEMU.
  ///
  /// - Parameter id: The id of an out-of-band command.
  func text(arguments: JSONText?, id: JSONText? = nil) -> [UInt8] {
    var text = Array((isOutOfBand ? "{\"exec-oob\":" : "{\"execute\":").utf8) + JSONText.string(name).bytes
    if let arguments { text += Array(",\"arguments\":".utf8) + arguments.minified }
    if let id { text += Array(",\"id\":".utf8) + id.bytes }
    return text + Array("}".utf8)
  }

  /// Creates a command of the supervisor.
  init(name: String, arguments: JSONText?, isOutOfBand: Bool = false) {
    (self.name, self.arguments, id, self.isOutOfBand) = (name, arguments, nil, isOutOfBand)
  }
}
