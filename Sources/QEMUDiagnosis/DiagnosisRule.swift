/// A row of the table: a message of QEMU, its cause, and a remedy.
struct DiagnosisRule: Sendable {
  /// A function that returns whether a match counts, by its captures and the circumstances.
  typealias Condition = @Sendable (_ captures: [String: String], _ circumstances: Circumstances) -> Bool

  /// The name, which is short, stable and unique.
  let name: String
  /// The patterns, one of which must match. One that begins with `-` is matched against the option and the message, the
  /// others against the message.
  let patterns: [WordPattern]
  let condition: Condition?
  /// The cause; `{name}` is replaced by a capture.
  let cause: String
  let remedy: String

  init(
    _ name: String, _ patterns: [WordPattern], when condition: Condition? = nil, cause: String, remedy: String
  ) {
    self.name = name
    self.patterns = patterns
    self.condition = condition
    self.cause = cause
    self.remedy = remedy
  }

  /// Returns the captures of the first pattern that matches a text and for which the condition is true; nil if there is
  /// none.
  func match(_ candidate: Candidate, _ circumstances: Circumstances) -> [String: String]? {
    for pattern in patterns {
      let text = pattern.source.hasPrefix("-") ? candidate.located : candidate.plain
      guard let captures = pattern.match(text[...]), condition?(captures, circumstances) ?? true else {
        continue
      }
      return captures
    }
    return nil
  }

  /// Returns a template with its placeholders replaced by the captures.
  static func fill(_ template: String, _ captures: [String: String]) -> String {
    var result = ""
    var rest = Substring(template)
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else { break }
      let name = String(rest[rest.index(after: open)..<close])
      result += rest[..<open] + (captures[name].map(shortened) ?? "{\(name)}")
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  private static func shortened(_ capture: String) -> String {
    capture.utf8.count > 300 ? "\(capture.prefix(300))…" : capture
  }
}

/// A text that rules are matched against: a message, one line of it, or all messages together.
struct Candidate {
  let plain: [UInt8]
  /// The text with QEMU's option before it.
  let located: [UInt8]
  let message: StandardErrorText.Message

  /// The maximum number of candidates; the last ones are used. QEMU explains its exit in a few lines.
  private static let mostCandidates = 200

  /// Returns the candidates of messages.
  /// - Parameters:
  ///   - messages: the messages that may explain the exit.
  ///   - notes: the notes, which are used only together with the messages.
  static func all(of messages: [StandardErrorText.Message], notes: [StandardErrorText.Message]) -> [Candidate]
  {
    var candidates = Array(messages.flatMap(each).suffix(mostCandidates))
    if let last = messages.last, messages.count + notes.count > 1 {
      let whole = Array((notes + messages).map(\.body).joined(separator: [UInt8(ascii: "\n")]))
      candidates.append(Candidate(plain: whole, located: whole, message: last))
    }
    return candidates
  }

  private static func each(_ message: StandardErrorText.Message) -> [Candidate] {
    let lines = message.body.split(separator: UInt8(ascii: "\n")).map(Array.init)
    return (lines.count > 1 ? lines + [message.body] : lines).map { text in
      let location = message.location.map { Array($0.utf8) + Array(": ".utf8) } ?? []
      return Candidate(plain: text, located: location + text, message: message)
    }
  }
}
