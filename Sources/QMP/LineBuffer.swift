/// Cuts a stream of bytes into lines. QMP is a line a message.
struct LineBuffer {
  /// The longest line that is accepted, in bytes.
  static let limit = 64 << 20

  private var bytes: [UInt8] = []
  private var start = 0
  private var scanned = 0

  /// How many bytes of an unfinished line are held.
  var pendingCount: Int { bytes.count - start }

  /// Whether the unfinished line is longer than any message may be.
  var isOverflowing: Bool { pendingCount > Self.limit }

  mutating func append(_ chunk: UnsafeRawBufferPointer) {
    if start > 0, start == bytes.count {
      bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
      start = 0
      scanned = 0
    } else if start > 1 << 16 {
      bytes.removeSubrange(..<start)
      scanned -= start
      start = 0
    }
    bytes.append(contentsOf: chunk)
  }

  /// Takes the next whole line without its line end, or returns nil when there is none yet.
  mutating func takeLine<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let end = nextLineEnd() else { return nil }
    let range = start..<end
    start = end + 1
    scanned = start
    return try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in
      try body(UnsafeBufferPointer(rebasing: buffer[range]))
    }
  }

  private mutating func nextLineEnd() -> Int? {
    while scanned < bytes.count {
      if bytes[scanned] == UInt8(ascii: "\n") { return scanned }
      scanned += 1
    }
    return nil
  }
}
