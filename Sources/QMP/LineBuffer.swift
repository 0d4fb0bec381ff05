import Glibc

/// Cuts a stream of bytes into lines. QMP is a line a message.
package struct LineBuffer: ~Copyable {
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

  /// Memory that is nobody else's; what is held lies in it from `start` to `end`.
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var start = 0
  private var end = 0
  private var scanned = 0

  deinit { memory.deallocate() }

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
    // A long line takes twice as much each time, so that it is not copied for each of its pieces.
    if memory.count - end < room { resize(to: max(end + room, 2 * memory.count)) }
  }

  private mutating func resize(to count: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<end]))
    memory.deallocate()
    memory = larger
  }

  /// Takes the next whole line without its line end, or returns nil when there is none yet.
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
