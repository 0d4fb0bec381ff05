/// A part of the package that takes what others write, and what must hold whatever that is.
package enum FuzzTarget: String, CaseIterable, Sendable {
  /// A stream of bytes becomes lines, and lines a QMP session.
  case framing
  /// A text becomes a JSON value, and a text again.
  case json
  /// A JSON value becomes a value of the schema, and JSON again.
  case qapi
  /// Words become QEMU's options, and words again.
  case commandLine = "command-line"
  /// A shell command becomes QEMU's options, and a shell command again.
  case shellText = "shell-text"

  /// Gives the bytes to this part.
  /// - Throws: ``FuzzFinding`` for what does not hold.
  package func run(_ bytes: UnsafeRawBufferPointer) throws(FuzzFinding) {
    switch self {
    case .framing: try fuzzFraming(bytes)
    case .json: try fuzzJSON(bytes)
    case .qapi: try fuzzQAPI(bytes)
    case .commandLine: try fuzzCommandLine(bytes)
    case .shellText: try fuzzShellText(bytes)
    }
  }
}

/// Something that must hold and does not.
package struct FuzzFinding: Error, CustomStringConvertible {
  /// What does not hold, with the values that show it.
  package let description: String
}

/// Finds what does not hold.
func require(_ condition: Bool, _ words: @autoclosure () -> String) throws(FuzzFinding) {
  if !condition { throw FuzzFinding(description: words()) }
}
