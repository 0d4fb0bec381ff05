/// One row of the table: words of QEMU's, what they mean, and what to do.
struct DiagnosisRule: Sendable {
  /// Whether a match counts, by what it captured and the circumstances.
  typealias Condition = @Sendable (_ captures: [String: String], _ circumstances: Circumstances) -> Bool

  /// Its name: short, stable, unique.
  let name: String
  /// Any of these. One that begins with `-` is held against the option and the words, the others against the words.
  let patterns: [WordPattern]
  let condition: Condition?
  /// What is wrong; `{name}` stands for what a pattern captured.
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

  /// What the patterns captured in a text, where one matches and the condition holds.
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

  /// A text with the captures in its holes.
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

/// A text that rules are held against: a message, a line of it, or all of them.
struct Candidate {
  let plain: [UInt8]
  /// The same with QEMU's option before it.
  let located: [UInt8]
  let message: StandardErrorText.Message

  /// QEMU explains its end in a few lines; of a log, only the last ones count.
  private static let mostCandidates = 200

  /// - Parameters:
  ///   - messages: those that may tell of the end.
  ///   - notes: what only means something together with them.
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
