/// A lexer of QEMU's newer option syntax.
///
/// Keys are dotted paths. Every word but the first needs an `=`; a first word without one is the value of the implied
/// key, and can have neither `,` nor `=`. A trailing comma is ignored, a leading comma is an error.
enum KeyvalLexer {
  static func parse(_ text: String, impliedKey: String?) throws(CommandLineError) -> AssignmentList {
    let bytes = text.utf8Span.span
    var reader = AssignmentReader(bytes)
    while let word = reader.nextWord(bytes) {
      if word.hasValue {
        if let fault = KeyvalKey.fault(in: bytes.extracting(word.range)) { throw error(word, text, fault) }
        reader.takeAssignment(bytes, word)
      } else if word.isFirst, impliedKey != nil, !word.range.isEmpty {
        reader.takeImplied(word)
      } else if isHelpWord(bytes.extracting(word.range)) {
        reader.takeSwitch(bytes, word)
      } else {
        throw error(word, text, nil)
      }
    }
    return reader.list(of: text, .keyval, impliedKey: impliedKey)
  }

  /// Returns the error for a word.
  /// - Parameter fault: the error in the key; nil if the word has no value.
  private static func error(_ word: AssignmentReader.Word, _ text: String, _ fault: String?)
    -> CommandLineError
  {
    let name = Array(text.utf8)[word.range].prefix(320)
    let shown = String(decoding: name, as: UTF8.self).prefix(80)
    let place = CommandLineError.Position(column: column(of: word.range.lowerBound, in: text))
    if let fault {
      return CommandLineError(
        .malformedText, "\"\(shown)\" is not a property name: \(fault)", at: place,
        remedy: "use letters, digits, dashes and dots; double a comma inside a value")
    }
    return CommandLineError(
      .malformedText, shown.isEmpty ? "an empty property" : "\"\(shown)\" has no value", at: place,
      remedy: shown.isEmpty
        ? "remove the comma, or double it inside a value"
        : "write \(shown)=on, or \(shown)= with its value; double a comma inside a value")
  }
}
