/// One kind of start failure: how QEMU words it, what it means, what to do.
struct FailureRule: Sendable {
  struct Match {
    let rule: FailureRule
    let cause: String
    let remedy: String
  }

  /// Pieces of text that stand in QEMU's words in this order; what is between two of them is captured.
  let pattern: [String]
  /// `{1}` is the first capture.
  let cause: String
  let remedy: String

  /// The first rule of the table that fits.
  static func firstMatch(_ words: String) -> Match? {
    let bounded = String(words.suffix(1 << 16))
    for rule in failureRules {
      if let captures = rule.captures(in: bounded) {
        return Match(rule: rule, cause: fill(rule.cause, captures), remedy: fill(rule.remedy, captures))
      }
    }
    return nil
  }

  private func captures(in words: String) -> [String]? {
    var captures: [String] = []
    var rest = words[...]
    for (index, piece) in pattern.enumerated() {
      guard let range = rest.firstRange(of: piece) else { return nil }
      if index > 0 {
        let capture = rest[..<range.lowerBound]
        if capture.contains("\n") { return nil }
        captures.append(String(capture))
      }
      rest = rest[range.upperBound...]
    }
    return captures
  }

  private static func fill(_ template: String, _ captures: [String]) -> String {
    var text = template
    for (index, capture) in captures.enumerated() {
      while let range = text.firstRange(of: "{\(index + 1)}") { text.replaceSubrange(range, with: capture) }
    }
    return text
  }
}
