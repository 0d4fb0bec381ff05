import QEMUCommandLine

/// Checks that a shell command is written as a shell command with the same meaning.
func fuzzShellText(_ bytes: UnsafeRawBufferPointer) throws(FuzzFinding) {
  let text = String(decoding: bytes, as: UTF8.self)
  let configuration: QEMUConfiguration
  do throws(CommandLineError) {
    configuration = try QEMUConfiguration(shellText: text)
  } catch {
    return try requirePlace(error, text)
  }
  let written = try shellText(of: configuration)
  let again = try read(written) { () throws(CommandLineError) in try QEMUConfiguration(shellText: written) }
  try requireSame(configuration, again, written)
  let writtenAgain = try shellText(of: again)
  try require(written.utf8.elementsEqual(writtenAgain.utf8), "\(written) is read and written \(writtenAgain)")
}

private func shellText(of configuration: QEMUConfiguration) throws(FuzzFinding) -> String {
  try written { () throws(CommandLineError) in try configuration.shellText() }
}

/// A fault of the text itself has its line and its character.
private func requirePlace(_ error: CommandLineError, _ text: String) throws(FuzzFinding) {
  try require(!error.summary.isEmpty && !error.remedy.isEmpty, "an error without words")
  guard error.code == .malformedShellText else { return }
  guard let line = error.position.line, let column = error.position.column else {
    throw FuzzFinding(description: "no place: \(error)")
  }
  let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
  try require((1...lines.count).contains(line), "line \(line) of \(lines.count)")
  try require((1...(lines[line - 1].count + 1)).contains(column), "character \(column) of line \(line)")
}
