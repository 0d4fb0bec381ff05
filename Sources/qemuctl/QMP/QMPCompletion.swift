import QEMU

/// The completion of QMP commands and their arguments.
enum QMPCompletion {
  /// Returns the candidates for the last word.
  /// - Parameter words: the words so far; the last one is to be completed, and may be empty.
  /// - Returns: whole words that begin with the last one.
  static func candidates(_ words: [String]) -> [String] {
    guard let last = words.last else { return [] }
    if words.count == 1 { return QAPICatalogue.commandNames.filter { $0.hasPrefix(last) } }
    guard let command = QAPISchema.command(named: words[0]) else { return [] }
    return arguments(of: command, Array(words[1..<(words.count - 1)]), last).filter { $0.hasPrefix(last) }
  }

  /// Joins words that a shell has split at equals signs, as bash does.
  static func joined(_ words: [String]) -> [String] {
    var result: [String] = []
    for (index, word) in words.enumerated() {
      let follows = index > 0 && words[index - 1] == "="
      if word == "=" || follows, let last = result.popLast() {
        result.append(last + word)
      } else {
        result.append(word)
      }
    }
    return result
  }

  /// Returns the part of each candidate that replaces the last word of a shell that splits at equals signs.
  static func shortened(_ candidates: [String], after words: [String]) -> [String] {
    guard words.last == "=" || words.dropLast().last == "=" else { return candidates }
    return candidates.map { String($0[($0.firstIndex(of: "=").map($0.index(after:)) ?? $0.startIndex)...]) }
  }

  private static func arguments(of command: QAPISchema.Command, _ given: [String], _ last: String) -> [String]
  {
    let pairs = given.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
    let tag = { (name: String) in pairs.first { $0.first == name }?.last }
    let members = command.arguments.members(where: tag)
    if let equals = last.firstIndex(of: "=") {
      let key = last[..<equals]
      return members.filter { $0.name == key }.flatMap { $0.type.enumeratedValues.map { "\(key)=\($0)" } }
    }
    let isGiven = { (name: String) in pairs.contains { $0.first == name } }
    return members.map(\.name).filter { !isGiven($0) }.map { "\($0)=" }
  }
}
