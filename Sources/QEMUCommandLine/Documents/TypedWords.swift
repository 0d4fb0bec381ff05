/// The arguments that a user wrote, which are checked for probable mistakes that QEMU would take literally.
///
/// The arguments of a running process are not checked.
package struct TypedWords {
  private let words: [String]
  private let isQuoted: [Bool]

  /// Creates a check of QEMU's arguments.
  /// - Parameter isQuoted: whether each argument has a quote, which means that it is meant literally.
  package init(_ words: [String], isQuoted: [Bool] = []) {
    self.words = words
    self.isQuoted = isQuoted
  }

  /// Throws an error for an option in place of another option's argument, and for a character that looks like a dash.
  /// - Parameter places: the position of each argument; empty for an argument vector.
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
