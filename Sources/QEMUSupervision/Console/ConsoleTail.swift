/// The last bytes of a console's output. Its memory grows with the output and is released when it is no
/// longer kept.
package struct ConsoleTail: Sendable {
  /// The number of bytes that are kept.
  package static let limit = 64 * 1024

  /// The number of bytes that the console has written since the start of the supervisor.
  package private(set) var position = 0
  /// A Boolean value that indicates whether bytes are kept.
  package private(set) var isKept = false
  /// At most twice the limit, so that the bytes are moved once for each 64 KiB of output.
  private var bytes: [UInt8] = []

  /// Creates a tail that keeps nothing.
  package init() {}

  /// Keeps the bytes from now on.
  package mutating func keep() { isKept = true }

  /// Releases the memory, and keeps no bytes from now on.
  package mutating func release() {
    isKept = false
    bytes = []
  }

  /// Appends output.
  package mutating func append(_ output: ArraySlice<UInt8>) {
    position += output.count
    guard isKept else { return }
    let kept = output.suffix(Self.limit)
    if bytes.count + kept.count > 2 * Self.limit {
      bytes.removeFirst(min(bytes.count, bytes.count + kept.count - Self.limit))
    }
    bytes += kept
  }

  /// Returns the kept bytes from a position on. Bytes before the tail are missing.
  package func bytes(from start: Int = 0) -> ArraySlice<UInt8> {
    guard start < position else { return [] }
    return bytes.suffix(min(Self.limit, position - max(0, start)))
  }
}
