import QEMUCommandLine

/// Checks that a document in YAML or JSON is written as documents and command lines with the same meaning.
func fuzzDocument(_ bytes: UnsafeRawBufferPointer) throws(FuzzFinding) {
  let text = String(decoding: bytes, as: UTF8.self)
  try requireDocument { () throws(CommandLineError) in try ConfigurationDocument(yaml: text) }
  try requireDocument { () throws(CommandLineError) in try ConfigurationDocument(json: text) }
}

private func requireDocument(
  _ read: () throws(CommandLineError) -> ConfigurationDocument
) throws(FuzzFinding) {
  let configuration: QEMUConfiguration
  do throws(CommandLineError) {
    configuration = try QEMUConfiguration(read(), unknownNames: .kept)
  } catch {
    return try require(!error.summary.isEmpty && !error.remedy.isEmpty, "an error without words")
  }
  // What a document can say and no command line can, such as a NUL, is told when it is written.
  guard (try? configuration.arguments()) != nil else { return }
  try requireDocument(of: configuration)
}
