/// The reason why a script failed.
public struct FakeQEMUError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The expected message and the one that was received.
  public let description: String

  /// Creates an error.
  /// - Parameter description: the expected message and the one that was received.
  public init(_ description: String) { self.description = description }
}
