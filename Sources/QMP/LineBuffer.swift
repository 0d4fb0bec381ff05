import Glibc

/// A buffer that splits a stream of bytes into lines. Each QMP message is one line.
package struct LineBuffer: ~Copyable {
  /// The default limit for the length of a line, in bytes.
  package static let limit = 64 << 20

  private let limit: Int
  /// The number of bytes of taken lines that may precede the unfinished line before it is moved to the front.
  private let slack: Int

  /// - Parameter limit: the longest line that is accepted, in bytes.
  package init(limit: Int = Self.limit) {
    self.limit = limit
    slack = min(limit, 1 << 16)
  }

  /// The buffer's own memory; the bytes that it holds are from `start` to `end`.
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var start = 0
  private var end = 0
  private var scanned = 0

  deinit { memory.deallocate() }

  /// The number of bytes that were received and not taken.
  package var pendingCount: Int { end - start }

  /// The number of bytes in memory, including those of lines that were taken.
  package var heldCount: Int { end }

  /// A Boolean value that indicates whether the unfinished line is longer than the limit.
  package var isOverflowing: Bool { pendingCount > limit }

  package mutating func append(_ chunk: UnsafeRawBufferPointer) {
    _ = receive(atLeast: chunk.count) { room in
      room.copyMemory(from: chunk)
      return Int64(chunk.count)
    }
  }

  /// Appends the bytes that a call writes.
  ///
  /// The memory is reused, and grows if a call has filled it.
  /// - Parameter body: writes to the memory that it gets, and returns the number of bytes written, or a negative value
  ///   if it wrote nothing.
  /// - Returns: the result of the body.
  package mutating func receive(
    atLeast room: Int = 4096, _ body: (UnsafeMutableRawBufferPointer) -> Int64
  ) -> Int64 {
    makeRoom(room)
    let count = body(UnsafeMutableRawBufferPointer(rebasing: memory[end...]))
    if count > 0 { end += Int(count) }
    if end == memory.count, memory.count < 1 << 16 { resize(to: 2 * memory.count) }
    return count
  }

  private mutating func makeRoom(_ room: Int) {
    if start == end {
      (start, end, scanned) = (0, 0, 0)
      if memory.count > 1 << 20 { resize(to: room) }
    } else if start > slack {
      UnsafeMutableRawBufferPointer(rebasing: memory[..<pendingCount])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<end]))
      (start, end, scanned) = (0, end - start, scanned - start)
    }
    // The memory of a long line is doubled each time, so that the line is not copied for each chunk.
    if memory.count - end < room { resize(to: max(end + room, 2 * memory.count)) }
  }

  private mutating func resize(to count: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<end]))
    memory.deallocate()
    memory = larger
  }

  /// Removes the next complete line and passes it to the body without its line end; returns nil if there is none yet.
  package mutating func takeLine<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let end = nextLineEnd() else { return nil }
    let range = start..<end
    start = end + 1
    scanned = start
    return try body(UnsafeRawBufferPointer(rebasing: memory[range]).assumingMemoryBound(to: UInt8.self))
  }

  private mutating func nextLineEnd() -> Int? {
    guard let base = memory.baseAddress,
      let found = memchr(base + scanned, CInt(UInt8(ascii: "\n")), end - scanned)
    else {
      scanned = end
      return nil
    }
    scanned = UnsafeMutableRawPointer(found) - base
    return scanned
  }
}
