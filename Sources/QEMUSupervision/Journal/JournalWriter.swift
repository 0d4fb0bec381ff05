/// One write to the journal.
package struct JournalWrite: Sendable, Hashable {
  /// The sequence number of the line.
  package let sequence: Int
  /// A Boolean value that indicates whether `events.log` is renamed to `events.log.1` before the write.
  package let rotatesFirst: Bool
  /// The bytes for one write, with a line feed at the end.
  package let bytes: [UInt8]
  /// A Boolean value that indicates whether fdatasync follows.
  package let isSynced: Bool
}

/// The lines of a machine's journal, and the decisions about its files.
package struct JournalWriter: Sendable {
  /// The longest line in bytes. Values of a longer line are replaced by a note.
  package static let longestLine = 64 * 1024
  /// The size in bytes that a file does not exceed.
  package static let longestFile = 4 << 20

  /// The sequence number of the last line.
  package private(set) var sequence: Int
  private let boot: JSONText
  private var size: Int
  /// A crash during a write leaves a line without an end. The next line must not become a part of it.
  private var isLineOpen: Bool

  /// Creates the state for the files of a machine. The numbers continue after the last line.
  ///
  /// - Parameters:
  ///   - boot: The boot ID of the host.
  ///   - older: The content of `events.log.1`, or at least its last 64 KiB.
  ///   - newer: The content of `events.log`, or at least its last 64 KiB.
  ///   - size: The size of `events.log` in bytes.
  package init(boot: String, older: ArraySlice<UInt8> = [], newer: ArraySlice<UInt8> = [], size: Int? = nil) {
    self.boot = .string(boot)
    self.size = size ?? newer.count
    isLineOpen = newer.last.map { $0 != lineFeed } ?? false
    let reader = JournalReader(older: older, newer: newer)
    sequence = reader.last?.sequence ?? 0
  }

  /// Returns the write for an entry. The caller reports its result with `wrote` before the next call.
  ///
  /// - Parameters:
  ///   - run: The ID of the run, if there is one.
  ///   - time: The time of the entry.
  ///   - wallTime: The same time as people read it.
  package mutating func write(
    _ entry: JournalEntry, run: String?, at time: Instant, wallTime: WallTime
  ) -> JournalWrite {
    sequence += 1
    let head: [(name: String, value: JSONText?)] = [
      ("seq", .integer(sequence)),
      ("time", .string(wallTime.text)),
      ("boot", boot),
      ("since-boot", .decimal(time.nanoseconds / 1000, decimals: 6)),
      ("kind", .string(entry.kind.rawValue)),
      ("run", run.map { .string($0) }),
      (entry.kind.rawValue, entry.name.map { .string($0.prefix(256).utf8) }),
    ]
    var line = isLineOpen ? [lineFeed] : []
    line += limitedLine(head, entry.members)
    line.append(lineFeed)
    let rotates = size > 0 && line.count > Self.longestFile - min(Self.longestFile, size)
    return JournalWrite(sequence: sequence, rotatesFirst: rotates, bytes: line, isSynced: entry.isSynced)
  }

  /// Records the number of bytes that were written. The line is lost if these are not all bytes; its number
  /// is not used again, so that readers notice the gap.
  package mutating func wrote(_ count: Int, of write: JournalWrite) {
    let written = min(max(0, count), write.bytes.count)
    size += written
    if written > 0 { isLineOpen = write.bytes[written - 1] != lineFeed }
  }

  /// Records that `events.log` is now an empty file.
  package mutating func rotated() {
    size = 0
    isLineOpen = false
  }

  /// Records that the file could not be renamed. The next attempt follows after a quarter of the limit.
  package mutating func rotationFailed() { size = Self.longestFile - Self.longestFile / 4 }

  private typealias Members = [(name: String, value: JSONText?)]

  private func limitedLine(_ head: Members, _ members: Members) -> ArraySlice<UInt8> {
    let line = JSONText.object(head + members.map { ($0.name, onOneLine($0.value)) }).bytes
    guard line.count >= Self.longestLine else { return line }
    let noted = JSONText.object(head + members.map { ($0.name, $0.value.map(note)) }).bytes
    guard noted.count >= Self.longestLine else { return noted }
    return JSONText.object(head + [("omitted", .string("\(members.count) members"))]).bytes
  }

  private func onOneLine(_ value: JSONText?) -> JSONText? {
    guard let value, value.bytes.contains(lineFeed) else { return value }
    return JSONText(unchecked: value.minified[...])
  }

  private func note(for value: JSONText) -> JSONText {
    guard value.bytes.count > 1024 else { return onOneLine(value) ?? .null }
    return .object([("omitted", .string("\(value.bytes.count) bytes"))])
  }
}

let lineFeed = UInt8(ascii: "\n")
