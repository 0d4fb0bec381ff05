import Glibc

/// One write to the console log: two parts for one writev.
package struct ConsoleWrite: Sendable, Hashable {
  /// A Boolean value that indicates whether `console.log` is renamed to `console.log.1` before the write.
  package let rotatesFirst: Bool
  /// The line about bytes that were lost before; usually empty.
  package let marker: [UInt8]
  /// The output of the console.
  package let bytes: ArraySlice<UInt8>

  /// The number of bytes of both parts.
  package var count: Int { marker.count + bytes.count }
}

/// The decisions about a console's output: rotation, lost bytes, and the tail in memory.
///
/// Output that cannot be written is counted and discarded: a console that is not read stalls the guest.
package struct ConsoleLog: Sendable {
  /// The last bytes of the output.
  package var tail = ConsoleTail()
  /// The number of bytes that could not be written, and for which no marker has been written yet.
  package private(set) var lost = 0

  private let limit: Int
  private var size: Int
  private var endsInLine = false
  private var error: Int32 = 0

  /// Creates the state for a log file.
  ///
  /// - Parameters:
  ///   - limit: The size in bytes that a file does not exceed.
  ///   - size: The present size of `console.log` in bytes.
  package init(limit: Int = 4 << 20, size: Int = 0) {
    self.limit = max(1, limit)
    self.size = size
    endsInLine = size > 0
  }

  /// Returns the write for new output, which is not empty. The caller reports its result with `wrote` before
  /// the next call.
  package mutating func write(for output: ArraySlice<UInt8>) -> ConsoleWrite {
    tail.append(output)
    return makeWrite(of: output)
  }

  /// Returns the write of the marker if bytes were lost, at the end of a run.
  package func finalWrite() -> ConsoleWrite? {
    lost > 0 ? makeWrite(of: []) : nil
  }

  private func makeWrite(of output: ArraySlice<UInt8>) -> ConsoleWrite {
    let marker = marker()
    let rotates = size > 0 && marker.count + output.count > limit - min(limit, size)
    return ConsoleWrite(rotatesFirst: rotates, marker: marker, bytes: output)
  }

  /// Records the result of a write.
  ///
  /// - Parameters:
  ///   - count: The number of bytes that were written.
  ///   - error: The errno value if not all were written, else 0.
  package mutating func wrote(_ count: Int, of write: ConsoleWrite, error: Int32 = 0) {
    let written = min(max(0, count), write.count)
    if written > 0 { recordEnd(of: write, at: written) }
    size += written
    // The line is complete for a reader if only its line feed is missing.
    if written >= write.marker.count - 1 { lost = 0 }
    let lostNow = write.bytes.count - max(0, written - write.marker.count)
    if lostNow > 0 && (lost == 0 || self.error == 0) { self.error = error }
    lost += lostNow
  }

  private mutating func recordEnd(of write: ConsoleWrite, at written: Int) {
    let last =
      written <= write.marker.count
      ? write.marker[written - 1] : write.bytes[write.bytes.startIndex + written - write.marker.count - 1]
    endsInLine = last != UInt8(ascii: "\n")
  }

  /// Records that `console.log` is now an empty file.
  package mutating func rotated() {
    size = 0
    endsInLine = false
  }

  /// Records that the file could not be renamed. The next attempt follows after a quarter of the limit.
  package mutating func rotationFailed() { size = limit - limit / 4 }

  private func marker() -> [UInt8] {
    guard lost > 0 else { return [] }
    let reason = strerror(error).map { String(cString: $0) } ?? "error \(error)"
    return Array("\(endsInLine ? "\n" : "")[qemuctl: \(lost) bytes were lost: \(reason)]\n".utf8)
  }
}
