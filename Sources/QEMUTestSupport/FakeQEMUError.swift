/// Why a script could not be played on.
public struct FakeQEMUError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was expected, and what came.
  public let description: String

  /// Makes an error.
  /// - Parameter description: what was expected, and what came.
  public init(_ description: String) { self.description = description }
}
