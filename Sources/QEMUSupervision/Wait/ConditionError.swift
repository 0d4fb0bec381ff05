/// An error in the text of a wait condition.
package struct ConditionError: Error, Sendable, Hashable {
  /// The fault, such as `"runing" is not a condition`.
  package let summary: String
  /// The expected text.
  package let remedy: String
}
