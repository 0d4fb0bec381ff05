import Testing

/// Options that ask for something else than what a recording shows.
struct ContraryLine: Sendable, CustomTestStringConvertible {
  let line: String
  /// The property that drifts.
  let property: String
  /// The observed value.
  let observed: String

  init(_ line: String, _ property: String, _ observed: String) {
    (self.line, self.property, self.observed) = (line, property, observed)
  }

  var testDescription: String { line }
}
