import Glibc

/// Cuts a stream of bytes into lines. QMP is a line a message.
package struct LineBuffer {
  /// The longest line that is accepted, in bytes, unless the maker of the buffer says otherwise.
  package static let limit = 64 << 20

  private let limit: Int
  /// How many bytes of lines that were taken may lie before the unfinished one until it is moved to the front.
  private let slack: Int

  /// - Parameter limit: the longest line that is accepted, in bytes.
  package init(limit: Int = Self.limit) {
    self.limit = limit
    slack = min(limit, 1 << 16)
  }

  private var bytes: [UInt8] = []
  private var start = 0
  private var scanned = 0

  /// How many bytes of an unfinished line are held.
  package var pendingCount: Int { bytes.count - start }

  /// How many bytes are held, those of lines that were taken included.
  package var heldCount: Int { bytes.count }

  /// Whether the unfinished line is longer than any message may be.
  package var isOverflowing: Bool { pendingCount > limit }

  package mutating func append(_ chunk: UnsafeRawBufferPointer) {
    if start > 0, start == bytes.count {
      bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
      start = 0
      scanned = 0
    } else if start > slack {
      bytes.removeSubrange(..<start)
      scanned -= start
      start = 0
    }
    bytes.append(contentsOf: chunk)
  }

  /// Takes the next whole line without its line end, or returns nil when there is none yet.
  package mutating func takeLine<Result, Failure: Error>(
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
    let end = bytes.withUnsafeBytes { buffer -> Int? in
      guard let base = buffer.baseAddress,
        let found = memchr(base + scanned, CInt(UInt8(ascii: "\n")), buffer.count - scanned)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
    scanned = end ?? bytes.count
    return end
  }
}
