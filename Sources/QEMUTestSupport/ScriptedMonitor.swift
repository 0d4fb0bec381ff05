import CLinux
import Glibc
import LinuxSystem
public import QEMUJSON
import QMP

/// The server side of one QMP connection, for use by a script.
///
/// Each call blocks the script's thread, for at most ``timeout``.
public final class ScriptedMonitor {
  /// A command that the client sent.
  public struct Request: Sendable, Hashable {
    /// The command's wire name.
    public let command: String
    /// The command's arguments; empty if it has none.
    public let arguments: JSONObject
    /// The client's id; nil if it sent none.
    public let id: JSON?
    /// A Boolean value that indicates whether it was sent as `exec-oob`.
    public let isOutOfBand: Bool

    /// Returns the members of a reply with the client's id.
    func answer(_ members: JSONObject) -> JSONObject {
      var members = members
      members["id"] = id
      return members
    }
  }

  /// The timeout for each call.
  public let timeout: Duration
  /// The descriptors that were passed with commands, in order; they are closed with the connection.
  public private(set) var descriptors: [Int32] = []

  private let socket: Descriptor
  private var received = LineBuffer()

  init(socket: consuming Descriptor, timeout: Duration) {
    self.socket = socket
    self.timeout = timeout
  }

  /// Creates the server side on a connected stream socket, such as one end of a socketpair.
  /// - Parameters:
  ///   - number: the socket; it is closed when this value is deallocated.
  ///   - timeout: the timeout for each call.
  public convenience init(takingOver number: Int32, timeout: Duration = .seconds(120)) {
    _ = clinux_set_nonblocking(number)
    self.init(socket: Descriptor(owning: number), timeout: timeout)
  }

  deinit { for descriptor in descriptors { Glibc.close(descriptor) } }
}

// MARK: - Protocol

extension ScriptedMonitor {
  /// Sends a greeting like QEMU's.
  /// - Parameters:
  ///   - version: the version, three numbers, such as `11.1.3`.
  ///   - capabilities: the capabilities that a client may enable.
  public func greet(version: String = "11.1.3", capabilities: [String] = ["oob"]) throws {
    let numbers = version.split(separator: ".").compactMap { Int64($0) }
    guard numbers.count == 3 else { throw FakeQEMUError("\"\(version)\" is not a version of QEMU") }
    let qemu: JSONObject = [
      "micro": .integer(numbers[2]), "minor": .integer(numbers[1]), "major": .integer(numbers[0]),
    ]
    try send([
      "QMP": [
        "version": ["qemu": .object(qemu), "package": ""],
        "capabilities": .array(capabilities.map(JSON.string)),
      ]
    ])
  }

  /// Sends a greeting, and accepts the client's capabilities.
  public func negotiate() throws {
    try greet()
    try reply(to: try expect("qmp_capabilities"))
  }

  /// Waits for a command.
  /// - Throws: ``FakeQEMUError`` if none is received, or something else is.
  public func receive() throws -> Request {
    guard let request = try receiveIfAny() else { throw FakeQEMUError("the client closed the connection") }
    return request
  }

  /// Waits for a command; returns nil if the client has closed the connection.
  public func receiveIfAny() throws -> Request? {
    guard let line = try receiveLine() else { return nil }
    guard let message = try JSON.parse(line).objectValue,
      let command = (message["execute"] ?? message["exec-oob"])?.stringValue
    else { throw FakeQEMUError("not a command: \(String(decoding: line, as: UTF8.self))") }
    return Request(
      command: command, arguments: message["arguments"]?.objectValue ?? [:], id: message["id"],
      isOutOfBand: message["exec-oob"] != nil)
  }

  /// Waits for the command `name`.
  /// - Throws: ``FakeQEMUError`` if another command is received.
  @discardableResult
  public func expect(_ name: String) throws -> Request {
    let request = try receive()
    if request.command != name {
      throw FakeQEMUError("expected \(name), but the client sent \(request.command)")
    }
    return request
  }

  /// Answers a command.
  public func reply(to request: Request, _ value: JSON = [:]) throws {
    try send(.object(request.answer(["return": value])))
  }

  /// Answers a command with an error.
  public func refuse(_ request: Request, class errorClass: String = "GenericError", _ words: String) throws {
    try send(.object(request.answer(["error": ["class": .string(errorClass), "desc": .string(words)]])))
  }

  /// Sends an event.
  public func event(_ name: String, _ data: JSON? = nil, seconds: Int64 = 1, microseconds: Int64 = 0) throws {
    var message: JSONObject = [
      "timestamp": ["seconds": .integer(seconds), "microseconds": .integer(microseconds)],
      "event": .string(name),
    ]
    message["data"] = data
    try send(.object(message))
  }

  /// Sends a message as one line.
  public func send(_ message: JSON) throws { try send(text: try message.serialized() + "\r\n") }
}

// MARK: - Bytes

extension ScriptedMonitor {
  /// Sends text unchanged.
  public func send(text: String) throws { try send(bytes: Array(text.utf8)) }

  /// Sends bytes unchanged.
  public func send(bytes: [UInt8]) throws {
    if try !sendUnlessClosed(bytes) { throw FakeQEMUError("the client closed the connection") }
  }

  /// Sends bytes unchanged; returns false if the client has closed the connection.
  public func sendUnlessClosed(_ bytes: [UInt8]) throws -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        clinux_send(socket.number, $0.baseAddress?.advanced(by: sent), bytes.count - sent, nil, 0)
      }
      switch count {
      case -Int64(EAGAIN): try wait(for: POLLOUT, "the client reads nothing")
      case -Int64(EPIPE), -Int64(ECONNRESET): return false
      default: sent += Int(try checked(count, "send"))
      }
    }
    return true
  }

  /// Waits for a line, without its terminator; returns nil if the client has closed the connection.
  public func receiveLine() throws -> [UInt8]? {
    while true {
      if let line = received.takeLine(Array.init) { return line }
      if try !receiveBytes() { return nil }
    }
  }

  /// Waits until the client closes the connection; discards what it sends until then.
  public func awaitClose() throws {
    while try receiveBytes() { received = LineBuffer() }
  }

  /// Waits until the client closes the connection, without reading what it sends.
  public func awaitHangUp() throws { try wait(for: Int32(clinux_poll_hung_up), "the client does not close") }

  /// Closes the connection; unread data is lost.
  public func close() { shutdown(socket.number, Int32(SHUT_RDWR)) }

  private func receiveBytes() throws -> Bool {
    try wait(for: POLLIN, "the client sends nothing")
    var descriptor: Int32 = -1
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = clinux_receive_descriptor(socket.number, &chunk, chunk.count, &descriptor)
    if descriptor >= 0 { descriptors.append(descriptor) }
    if count == -Int64(ECONNRESET) { return false }
    if count == -Int64(EAGAIN) { return true }
    let length = Int(try checked(count, "receive"))
    chunk[..<length].withUnsafeBytes { received.append($0) }
    return length > 0
  }

  private func wait(for event: Int32, _ otherwise: String) throws {
    let happened = try checked(clinux_poll(socket.number, Int16(event), timeout.nanoseconds), "poll")
    if happened == 0 { throw FakeQEMUError("\(otherwise) within \(timeout)") }
  }
}
