import QEMUCommandLine

/// Each line is a word. What they are read as is written as words that are read as the same.
func fuzzCommandLine(_ bytes: UnsafeRawBufferPointer) throws(FuzzFinding) {
  let words = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  let configuration: QEMUConfiguration
  do throws(CommandLineError) {
    configuration = try QEMUConfiguration(arguments: words)
  } catch {
    return try requirePlace(error, words)
  }
  requireViews(configuration)
  let written = try written { () throws(CommandLineError) in try configuration.arguments() }
  let again = try read(written) { () throws(CommandLineError) in try QEMUConfiguration(arguments: written) }
  try requireSame(configuration, again, "\(written)")
}

/// Each kind of occurrence reads back as it was written, and nothing that was a word is lost.
func requireSame(
  _ configuration: QEMUConfiguration, _ again: QEMUConfiguration, _ text: String
) throws(FuzzFinding) {
  try require(configuration == again, "\(configuration.occurrences) is written \(text), and read as another")
  let words = try written { () throws(CommandLineError) in try configuration.arguments() }
  let wordsAgain = try written { () throws(CommandLineError) in try again.arguments() }
  try require(
    words.elementsEqual(wordsAgain) { $0.utf8.elementsEqual($1.utf8) },
    "\(words) are written and read as \(wordsAgain)")
}

func written<Text>(_ write: () throws(CommandLineError) -> Text) throws(FuzzFinding) -> Text {
  do throws(CommandLineError) {
    return try write()
  } catch {
    throw FuzzFinding(description: "was read, and cannot be written: \(error)")
  }
}

func read<Value>(
  _ text: some Any, _ read: () throws(CommandLineError) -> Value
) throws(FuzzFinding) -> Value {
  do throws(CommandLineError) {
    return try read()
  } catch {
    throw FuzzFinding(description: "was written as \(text), and cannot be read: \(error)")
  }
}

/// The views that merge occurrences take whatever could be read.
private func requireViews(_ configuration: QEMUConfiguration) {
  _ = (configuration.machine, configuration.smp, configuration.memory, configuration.name)
  _ = (configuration.cpu?.settings, try? configuration.acceleratorPreference(), configuration.description)
  _ = (configuration.memory?.size, configuration.memory?.maximum, configuration.smp?.cpus)
}

/// A fault of a word has the word's number, and the character's.
func requirePlace(_ error: CommandLineError, _ words: [String]) throws(FuzzFinding) {
  try require(!error.summary.isEmpty && !error.remedy.isEmpty, "an error without words")
  guard let number = error.position.word else { throw FuzzFinding(description: "no place: \(error)") }
  try require((1...words.count).contains(number), "word \(number) of \(words.count)")
  if let column = error.position.column {
    let length = number < words.count ? words[number].unicodeScalars.count : 0
    try require((1...(length + 1)).contains(column), "character \(column) of \(length)")
  }
}
