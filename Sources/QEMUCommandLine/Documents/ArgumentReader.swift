/// A reader of an argument vector, option by option.
struct ArgumentReader {
  private let arguments: [String]
  private let unknownNames: UnknownNames
  private var next = 0
  private var occurrences: [Occurrence] = []

  init(arguments: [String], unknownNames: UnknownNames) {
    self.arguments = arguments
    self.unknownNames = unknownNames
  }

  mutating func read() throws(CommandLineError) -> [Occurrence] {
    try Self.requireNoNUL(arguments)
    occurrences.reserveCapacity(arguments.count / 2 + 1)
    while next < arguments.count { occurrences.append(try takeOccurrence()) }
    return occurrences
  }

  static func requireNoNUL(_ words: [String]) throws(CommandLineError) {
    guard let index = words.firstIndex(where: { $0.hasByte(0) }) else { return }
    throw CommandLineError(
      .unencodableValue, "an argument with a NUL character", at: .init(word: index + 1),
      evidence: [String(Redaction(arguments: words).arguments[index].prefix(80))],
      remedy: "remove the NUL character: an argument of a program cannot have one")
  }

  /// Returns the number of the occurrence that is being read, from 1.
  private func count(of option: String) -> Int { 1 + occurrences.count { $0.option == option } }

  private mutating func takeOccurrence() throws(CommandLineError) -> Occurrence {
    let word = arguments[next]
    next += 1
    let bytes = word.utf8Span.span
    guard !bytes.isEmpty, bytes[0] == UInt8(ascii: "-") else {
      return Occurrence(option: "", argument: PlainText(word))
    }
    let dashes = bytes.count > 1 && bytes[1] == UInt8(ascii: "-") ? 2 : 1
    guard let declaration = OptionTable.declaration(bytes.extracting(dashes..<bytes.count)) else {
      return try takeUnknown(word, String(Substring(word.utf8.dropFirst(dashes))))
    }
    return try takeKnown(declaration)
  }

  /// Reads an unknown option. Its argument, if it has one, becomes an occurrence of its own, which has the same text.
  private mutating func takeUnknown(_ word: String, _ name: String) throws(CommandLineError) -> Occurrence {
    if unknownNames == .kept, !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")) {
      if RemovedOption.all[name]?.takesArgument ?? false, next < arguments.count {
        defer { next += 1 }
        return Occurrence(option: name, argument: PlainText(arguments[next]))
      }
      return Occurrence(flag: name)
    }
    var error = OptionTable.unknownOption(name)
    error.position.word = next
    error.evidence = [Redaction.beginning(of: [word], count: 200)]
    throw error
  }

  private mutating func takeKnown(_ declaration: OptionDeclaration) throws(CommandLineError) -> Occurrence {
    let (name, place) = (declaration.name, next)
    guard let type = declaration.argument else { return Occurrence(flag: name) }
    guard next < arguments.count else {
      throw CommandLineError(
        .missingArgument, "-\(name) takes an argument, but none follows",
        at: .init(option: name, occurrence: count(of: name), word: place),
        remedy: "add the argument of -\(name)"
      )
    }
    let text = arguments[next]
    next += 1
    do throws(CommandLineError) {
      return Occurrence(option: name, argument: try declaration.read(text, as: type, unknownNames))
    } catch {
      throw error.located(option: name, occurrence: count(of: name), word: place, text: text)
    }
  }
}
