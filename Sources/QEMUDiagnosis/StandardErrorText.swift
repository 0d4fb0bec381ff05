/// The text of QEMU's standard error, split into messages.
struct StandardErrorText {
  /// The severity of a message.
  enum Severity: Sendable { case error, warning, note }

  /// One message: its first line and the hint lines that belong to it.
  struct Message {
    var severity: Severity
    /// The option that the message refers to, as on the command line: `-drive file=x.qcow2`.
    var location: String?
    /// The lines as QEMU wrote them.
    var lines: [ArraySlice<UInt8>]
    /// The lines without program, option and `warning:`, joined.
    var body: [UInt8]
    /// A Boolean value that indicates whether the first line begins with the program's name. Lines without it that
    /// follow are its hint lines.
    let isPrefixed: Bool

    var writtenText: String { lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n") }
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  /// The maximum length that is used, in bytes, from the end of the text.
  static let longestTail = 64 << 10

  private(set) var messages: [Message] = []

  init(_ text: String, arguments: [String] = [], program: String? = nil) {
    let lexer = MessageLexer(arguments: arguments, program: program)
    for line in Self.tail(Array(text.utf8)).split(separator: UInt8(ascii: "\n")) {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if line.isEmpty { continue }
      append(lexer.message(line))
    }
    joinFallbacks()
  }

  /// Returns the messages of one severity.
  func messages(_ severity: Severity) -> [Message] { messages.filter { $0.severity == severity } }

  private static func tail(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    guard bytes.count > longestTail else { return bytes[...] }
    let tail = bytes.suffix(longestTail)
    guard let newline = tail.firstIndex(of: UInt8(ascii: "\n")), newline + 1 < tail.endIndex else {
      return tail
    }
    return tail[(newline + 1)...]
  }

  private mutating func append(_ message: Message) {
    guard !message.isPrefixed, let last = messages.indices.last, belongs(message, to: messages[last]) else {
      messages.append(message)
      return
    }
    messages[last].lines += message.lines
    messages[last].body += [UInt8(ascii: "\n")] + message.body
  }

  /// Returns whether a line is a hint line of a message. A line without a name after an error is; after a warning it
  /// may be the fatal message.
  private func belongs(_ line: Message, to previous: Message) -> Bool {
    if line.body.first == UInt8(ascii: " ") { return true }
    guard previous.isPrefixed, line.severity == .error else { return false }
    return previous.severity == .error || Self.hintOpenings.contains { line.body.starts(with: $0.utf8) }
  }

  private static let hintOpenings = [
    "Please ", "Use ", "Is another ", "Try ", "Perhaps ", "Valid ", "valid ", "Did you ", "Optional ",
    "Specify ",
    "Available ", "Supported ", "Consider ", "Identifiers ", "Path must ", "and exabytes",
  ]

  /// Joins errors with the "falling back to" that follows: they are the reason for the fallback, and did not end QEMU.
  private mutating func joinFallbacks() {
    var joined: [Message] = []
    var attempt: [Message] = []
    for var message in messages {
      if message.body.starts(with: Self.fallback) {
        let reasons = attempt.filter { $0.severity == .error }
        message.severity = .warning
        message.location = message.location ?? reasons.first?.location
        message.lines = reasons.flatMap(\.lines) + message.lines
        message.body += reasons.flatMap { [UInt8(ascii: "\n")] + $0.body }
        joined += attempt.filter { $0.severity != .error } + [message]
        attempt = []
      } else {
        attempt.append(message)
      }
    }
    messages = joined + attempt
  }

  private static let fallback = Array("falling back to ".utf8)
}
