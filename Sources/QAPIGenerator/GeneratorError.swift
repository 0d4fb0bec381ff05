/// An error for facts that are not a valid schema, or for a file that cannot be written.
struct GeneratorError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
