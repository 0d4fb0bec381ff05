import QEMU

/// The documents of the commands, which Docs/JSON.md describes and Docs/Schemas validates.
extension Output {
  /// The version of the documents. It changes if a member is removed, renamed, or gets another meaning.
  private static let version: Int64 = 1

  /// Prints a document.
  static func document(_ members: JSONObject, _ format: OutputFormat = .json) {
    redactedDocument(struck(.object(members)).objectValue ?? [:], format)
  }

  /// Prints a document whose secrets are redacted.
  static func redactedDocument(_ members: JSONObject, _ format: OutputFormat) {
    var document: JSONObject = ["schema": .integer(version)]
    for member in members { document[member.name] = member.value }
    write(.object(document), format)
  }
}
