import QEMUSupervision

/// A QEMU in memory, which reads commands and writes replies as QEMU does, and clients of a multiplexer.
struct FakeQEMU {
  static let greeting =
    #"{"QMP": {"version": {"qemu": {"micro": 1, "minor": 0, "major": 10}, "package": ""}, "#
    + #""capabilities": ["oob"]}}"#

  private var stream = JSONStream()
  /// The descriptors that no command has taken.
  private var descriptors: [Int32] = []
  private(set) var names: [String: Int32] = [:]
  private(set) var fdsets: [Int: [Int]] = [:]
  private(set) var commands: [String] = []
  private(set) var arguments: [String] = []
  private var nextDescriptor = 10
  /// The bytes that QEMU has written.
  var output: [UInt8] = []

  mutating func receive(_ bytes: [UInt8], descriptor: Int32?) {
    stream.append(bytes)
    if let descriptor { descriptors.append(descriptor) }
    while case .message(let message)? = stream.next() { execute(message) }
  }

  mutating func write(_ line: String) { output += Array((line + "\r\n").utf8) }

  private mutating func execute(_ message: JSONText) {
    let isOutOfBand = message["exec-oob"] != nil
    let name = (message["execute"] ?? message["exec-oob"])?.string ?? ""
    let id = message["id"].map { String(decoding: $0.bytes, as: UTF8.self) }
    let arguments = message["arguments"]
    commands.append(name)
    self.arguments.append(arguments.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "")
    for event in Self.events(of: name) { write(event) }
    let result =
      isOutOfBand && name != "yank"
      ? (nil, "The command \(name) does not support OOB") : result(of: name, arguments)
    if let value = result.0 {
      write(#"{"return": \#(value)\#(id.map { ", \"id\": \($0)" } ?? "")}"#)
    } else {
      let errorClass =
        result.1.hasSuffix("been found") && !result.1.hasPrefix("File")
        ? "CommandNotFound" : "GenericError"
      let description = String(decoding: JSONText.string(result.1).bytes, as: UTF8.self)
      let beginning = "{" + (id.map { "\"id\": \($0), " } ?? "")
      write(beginning + #""error": {"class": "\#(errorClass)", "desc": \#(description)}}"#)
    }
  }

  static func events(of command: String) -> [String] {
    switch command {
    case "stop": [#"{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "STOP"}"#]
    case "quit":
      [#"{"timestamp": {"seconds": 1, "microseconds": 3}, "event": "SHUTDOWN", "data": {"guest": false}}"#]
    default: []
    }
  }

  /// Returns the value, or nil and a description of an error.
  private mutating func result(of command: String, _ arguments: JSONText?) -> (String?, String) {
    switch command {
    case "query-big": return (Self.bigValue, "")
    case "nope": return (nil, "The command nope has not been found")
    case "getfd", "closefd", "netdev_add", "add-fd", "remove-fd":
      return descriptorResult(of: command, arguments)
    case "fail": return (nil, "It failed: \"x\"")
    default: return (Self.value(of: command), "")
    }
  }

  static let bigValue =
    "[" + (0..<1000).map { #"{"name": "element \#($0)", "id": "}\r\n"}"# }.joined(separator: ", ") + "]"

  static func value(of command: String) -> String {
    command.hasPrefix("query-") ? #"{"name": "\#(command)", "id": 1}"# : "{}"
  }

  private mutating func descriptorResult(of command: String, _ arguments: JSONText?) -> (String?, String) {
    let name = arguments?["fdname"]?.string ?? arguments?["fd"]?.string ?? ""
    let fdset = arguments?["fdset-id"]?.integer
    switch command {
    case "getfd":
      guard !descriptors.isEmpty else { return (nil, "No file descriptor supplied via SCM_RIGHTS") }
      names[name] = descriptors.removeFirst()
    case "add-fd":
      guard !descriptors.isEmpty else { return (nil, "No file descriptor supplied via SCM_RIGHTS") }
      descriptors.removeFirst()
      nextDescriptor += 1
      let number = fdset ?? (0...).first { fdsets[$0] == nil } ?? 0
      fdsets[number, default: []].append(nextDescriptor)
      return (#"{"fd": \#(nextDescriptor), "fdset-id": \#(number)}"#, "")
    case "remove-fd":
      guard let fdset, fdsets[fdset] != nil else {
        return (nil, "File descriptor named 'fdset-id:\(fdset ?? 0)' not found")
      }
      fdsets[fdset]?.removeAll { $0 == arguments?["fd"]?.integer ?? $0 }
      if fdsets[fdset]?.isEmpty == true { fdsets[fdset] = nil }
    case "closefd":
      guard names.removeValue(forKey: name) != nil else {
        return (nil, "File descriptor named '\(name)' not found")
      }
    default:
      guard names.removeValue(forKey: name) != nil else {
        return (nil, "File descriptor named '\(name)' has not been found")
      }
    }
    return ("{}", "")
  }
}

/// A multiplexer between a fake QEMU and clients, which carries out the actions at once.
struct Bench {
  var multiplexer: Multiplexer
  var qemu = FakeQEMU()
  /// The output of each client.
  var output: [Int: String] = [:]
  var log: [Multiplexer.Action] = []
  var cut: Set<Int> = []
  var paused: Set<Int> = []
  var closed: [Int32] = []
  var calls: [(client: Int, call: Multiplexer.Call)] = []
  /// Returns the size of the next chunk of a number of bytes.
  var chunk: (Int) -> Int = { $0 }
  var isHeld = false

  init(allowed: AllowedCommands = .only([]), isConnected: Bool = true) {
    multiplexer = Multiplexer(secret: (1...16).map { UInt8($0) }, allowed: allowed)
    if isConnected { connect() }
  }

  mutating func connect(greeting: String = FakeQEMU.greeting) {
    qemu.output = Array((greeting + "\r\n").utf8) + qemu.output
    multiplexer.connected()
    run()
  }

  mutating func client(_ role: Multiplexer.Role, negotiates: Bool = true) -> Int {
    let client = multiplexer.connect(role)
    run()
    if negotiates {
      send(client, #"{"execute":"qmp_capabilities"}"#)
      output[client] = ""
    }
    return client
  }

  mutating func send(_ client: Int, _ text: String, descriptors: [Int32] = []) {
    multiplexer.receive(from: client, Array(text.utf8), descriptors: descriptors)
    run()
  }

  /// Carries out actions, and passes QEMU's output on unless it is held.
  mutating func run() {
    repeat {
      for action in multiplexer.takeActions() { perform(action) }
      guard !isHeld, !qemu.output.isEmpty else { continue }
      let size = min(max(chunk(qemu.output.count), 1), qemu.output.count)
      multiplexer.receive(fromQEMU: Array(qemu.output.prefix(size)))
      qemu.output.removeFirst(size)
      for action in multiplexer.takeActions() { perform(action) }
    } while !isHeld && !qemu.output.isEmpty
  }

  private mutating func perform(_ action: Multiplexer.Action) {
    log.append(action)
    switch action {
    case .sendToQEMU(let bytes, let descriptor):
      qemu.receive(bytes, descriptor: descriptor)
      if let descriptor { closed.append(descriptor) }
    case .sendToClient(let client, let bytes):
      output[client, default: ""] += String(decoding: bytes, as: UTF8.self)
    case .cut(let client): cut.insert(client)
    case .pauseReading(let client): paused.insert(client)
    case .resumeReading(let client): paused.remove(client)
    case .closeDescriptor(let descriptor): closed.append(descriptor)
    case .call(let client, let call): calls.append((client, call))
    case .ready, .event, .reply, .observed: break
    }
  }

  /// The lines of a client.
  func lines(_ client: Int) -> [String] {
    (output[client] ?? "").split(separator: "\r\n").map(String.init)
  }
}
