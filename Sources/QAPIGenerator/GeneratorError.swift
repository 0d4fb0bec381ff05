/// Facts that do not make a schema, or files that cannot be written.
struct GeneratorError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
