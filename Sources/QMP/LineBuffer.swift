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

  /// Memory; what is held lies in it from `start` to `end`.
  private var bytes: [UInt8] = []
  private var start = 0
  private var end = 0
  private var scanned = 0

  /// How many bytes of an unfinished line are held.
  package var pendingCount: Int { end - start }

  /// How many bytes are held, those of lines that were taken included.
  package var heldCount: Int { end }

  /// Whether the unfinished line is longer than any message may be.
  package var isOverflowing: Bool { pendingCount > limit }

  package mutating func append(_ chunk: UnsafeRawBufferPointer) {
    _ = receive(atLeast: chunk.count) { room in
      room.copyMemory(from: chunk)
      return Int64(chunk.count)
    }
  }

  /// Lets a call put bytes behind those that are held.
  ///
  /// The memory is kept, and grows where a call has filled it.
  /// - Parameter body: takes memory, and returns how many bytes it has put there, or what is negative and changes nothing.
  /// - Returns: what the body returned.
  package mutating func receive(
    atLeast room: Int = 4096, _ body: (UnsafeMutableRawBufferPointer) -> Int64
  ) -> Int64 {
    makeRoom(room)
    let free = end...
    let count = bytes.withUnsafeMutableBytes { body(UnsafeMutableRawBufferPointer(rebasing: $0[free])) }
    if count > 0 { end += Int(count) }
    if end == bytes.count, bytes.count < 1 << 16 { grow(by: bytes.count) }
    return count
  }

  private mutating func makeRoom(_ room: Int) {
    if start == end {
      (start, end, scanned) = (0, 0, 0)
      if bytes.count > 1 << 20 { bytes = [] }
    } else if start > slack {
      let held = start..<end
      bytes.withUnsafeMutableBytes { buffer in
        UnsafeMutableRawBufferPointer(rebasing: buffer[..<held.count])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[held]))
      }
      (start, end, scanned) = (0, end - start, scanned - start)
    }
    if bytes.count - end < room { grow(by: max(room, min(bytes.count, 1 << 20))) }
  }

  private mutating func grow(by count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }

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
        let found = memchr(base + scanned, CInt(UInt8(ascii: "\n")), self.end - scanned)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
    scanned = end ?? self.end
    return end
  }
}
