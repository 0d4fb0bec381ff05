/// Words that a person wrote, in which what QEMU would take literally may be a slip.
///
/// The words of a process that runs are what they are, and are not looked at.
package struct TypedWords {
  private let words: [String]
  private let isQuoted: [Bool]

  /// Takes QEMU's options.
  /// - Parameter isQuoted: of each word, whether something in it is quoted, which says that it is meant.
  package init(_ words: [String], isQuoted: [Bool] = []) {
    self.words = words
    self.isQuoted = isQuoted
  }

  /// Refuses an option in the place of another's argument, and a dash that is none.
  /// - Parameter places: where each word stands; empty where they are an argument vector.
  /// - Throws: ``CommandLineError`` `missingArgument` or `malformedText`.
  package func check(at places: [CommandLineError.Position] = []) throws(CommandLineError) {
    var option: OptionDeclaration?
    for (index, word) in words.enumerated() {
      let isMeant = isQuoted.indices.contains(index) && isQuoted[index]
      var place = places.indices.contains(index) ? places[index] : .init()
      place.word = index + 1
      guard let taker = option else {
        if !isMeant, let dash = Lookalike.dash(beginning: word) {
          throw Lookalike.refusal(of: dash, for: "-", at: place)
        }
        option = optionDeclaration(word).flatMap { $0.takesArgument ? $0 : nil }
        continue
      }
      option = nil
      // A kernel's command line is any text.
      if !isMeant, taker.name != "append", optionDeclaration(word) != nil {
        throw Self.missingArgument(of: taker.name, before: word, place)
      }
    }
  }

  private static func missingArgument(
    of option: String, before word: String, _ place: CommandLineError.Position
  ) -> CommandLineError {
    CommandLineError(
      .missingArgument, "-\(option) takes an argument, but is followed by the option \(word)", at: place,
      evidence: ["-\(option) \(word)"],
      remedy: "write the argument of -\(option) before \(word)")
  }
}
