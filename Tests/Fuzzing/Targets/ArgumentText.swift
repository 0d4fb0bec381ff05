import QEMUCommandLine

/// The first line names an option, and the rest is its argument. What that is read as is written as a text, a document and a
/// shell command that are read as the same.
func fuzzArgument(_ bytes: UnsafeRawBufferPointer, of options: Set<String>) throws(FuzzFinding) {
  guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return }
  let option = String(decoding: bytes[..<end], as: UTF8.self)
  guard options.contains(option) else { return }
  let words = ["-\(option)", String(decoding: bytes[(end + 1)...], as: UTF8.self)]
  for names in [UnknownNames.refused, .kept] {
    let configuration: QEMUConfiguration
    do throws(CommandLineError) {
      configuration = try QEMUConfiguration(arguments: words, unknownNames: names)
    } catch {
      try requirePlace(error, words)
      continue
    }
    try requireSpellings(configuration)
  }
}

private func requireSpellings(_ configuration: QEMUConfiguration) throws(FuzzFinding) {
  for problem in configuration.problems() {
    try require(!problem.summary.isEmpty && !problem.remedy.isEmpty, "a problem without words")
  }
  let words = try written { () throws(CommandLineError) in try configuration.arguments() }
  let again = try read(words) { () throws(CommandLineError) in
    try QEMUConfiguration(arguments: words, unknownNames: .kept)
  }
  try requireSame(configuration, again, "\(words)")
  let shell = try written { () throws(CommandLineError) in try configuration.shellText() }
  let unquoted = try read(shell) { () throws(CommandLineError) in
    try QEMUConfiguration(shellText: shell, unknownNames: .kept)
  }
  try requireSame(configuration, unquoted, shell)
  try requireDocument(of: configuration)
}

/// A document that is read says what it says when it is written again.
func requireDocument(of configuration: QEMUConfiguration) throws(FuzzFinding) {
  let (text, read) = try throughYAML(configuration)
  try require(
    read.occurrences.count == configuration.occurrences.count, "\(text) lost an option of \(configuration)")
  let (textAgain, again) = try throughYAML(read)
  try requireSame(read, again, textAgain)
}

private func throughYAML(
  _ configuration: QEMUConfiguration
) throws(FuzzFinding) -> (String, QEMUConfiguration) {
  let document = try written { () throws(CommandLineError) in try ConfigurationDocument(configuration) }
  let text = try written { () throws(CommandLineError) in try document.yaml() }
  let again = try read(text) { () throws(CommandLineError) in try ConfigurationDocument(yaml: text) }
  try require(again.root == document.root, "\(document.root) is written \(text), and read as \(again.root)")
  let configuration = try read(text) { () throws(CommandLineError) in
    try QEMUConfiguration(again, unknownNames: .kept)
  }
  return (text, configuration)
}
