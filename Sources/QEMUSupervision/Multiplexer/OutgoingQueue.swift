/// The bytes of one client that are not yet sent.
///
/// A client that does not read costs at most the limit: beyond it the lines that have not begun are dropped,
/// a last line reports an error, and nothing is appended afterwards.
package struct OutgoingQueue {
  private static let chunkSize = 4096

  private let limit: Int
  private var chunks: [[UInt8]] = []
  private var first = 0
  /// The number of sent bytes of the first chunk.
  private var offset = 0
  private var isWithinLine = false

  /// The number of bytes that are not yet sent.
  package private(set) var count = 0

  /// A Boolean value that indicates whether the limit was exceeded.
  ///
  /// The client is cut when the queue is empty.
  package private(set) var isOverflown = false

  /// Creates an empty queue.
  package init(limit: Int = 1 << 20) { self.limit = limit }

  /// A Boolean value that indicates whether everything is sent.
  package var isEmpty: Bool { count == 0 }

  /// Appends bytes, which may be a part of a line.
  package mutating func append(_ bytes: [UInt8]) {
    guard !isOverflown, !bytes.isEmpty else { return }
    guard count + bytes.count <= limit else { return overflow() }
    store(bytes)
  }

  /// Calls a closure with the bytes that are to be sent next, or returns nil if there are none.
  package func withFront<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    guard first < chunks.count else { return nil }
    return chunks[first].withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
  }

  /// Removes bytes that were sent from the front.
  package mutating func advance(_ sent: Int) {
    var rest = min(max(sent, 0), count)
    count -= rest
    while rest > 0 {
      let step = min(rest, chunks[first].count - offset)
      offset += step
      rest -= step
      isWithinLine = chunks[first][offset - 1] != UInt8(ascii: "\n")
      if offset == chunks[first].count { removeFirstChunk() }
    }
    if count == 0 { (chunks, first, offset) = ([], 0, 0) }
  }

  private mutating func removeFirstChunk() {
    chunks[first] = []
    first += 1
    offset = 0
    guard first > 64, first * 2 > chunks.count else { return }
    chunks.removeFirst(first)
    first = 0
  }

  private mutating func store(_ bytes: [UInt8]) {
    count += bytes.count
    if let last = chunks.last, chunks.count > first, last.count + bytes.count <= Self.chunkSize {
      chunks[chunks.count - 1] += bytes
    } else {
      chunks.append(bytes)
    }
  }

  /// Keeps the rest of the line that has begun, and ends with an error.
  private mutating func overflow() {
    let rest = isWithinLine ? restOfLine() : []
    (chunks, first, offset, count) = ([], 0, 0, 0)
    store(
      rest
        + QMPReply.failure(
          class: QMPReply.genericError,
          description: "The client did not read its socket, and more than \(limit) bytes were waiting",
          id: nil))
    isOverflown = true
  }

  private func restOfLine() -> [UInt8] {
    var rest: [UInt8] = []
    var start = offset
    for chunk in chunks[first...] {
      if let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) { return rest + chunk[start...end] }
      rest += chunk[start...]
      start = 0
    }
    // The end of the line has not arrived, and is not waited for.
    return Array("\r\n".utf8)
  }
}
