/// A lexer of QEMU's oldest option syntax.
///
/// A value ends at a single `,`, and `,,` is a comma. A first word without `=` is the value of the implied key. Another
/// bare `foo` means `foo=on`, and any bare word that begins with `no` is off: `nofoo` means `foo=off`. A leading comma
/// is allowed if there is an implied key; a trailing comma is ignored.
enum QemuOptsLexer {
  static func parse(_ text: String, impliedKey: String?) throws(CommandLineError) -> AssignmentList {
    let bytes = text.utf8Span.span
    var reader = AssignmentReader(bytes)
    while let word = reader.nextWord(bytes) {
      if word.hasValue || (word.isFirst && impliedKey != nil) {
        reader.takeAssignment(bytes, word)
      } else if word.range.isEmpty {
        // QEMU reads an empty word as a property without a name, which no option has.
        throw CommandLineError(
          .malformedText, "an empty property", at: .init(column: column(of: word.range.lowerBound, in: text)),
          remedy: "remove the comma, or double it inside a value")
      } else {
        reader.takeSwitch(bytes, word)
      }
    }
    return reader.list(of: text, .qemuOpts, impliedKey: impliedKey)
  }
}
