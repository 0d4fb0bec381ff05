import QEMUSupervision

/// The two files of a journal in memory, and the writer of a supervisor.
struct JournalFiles {
  var older: [UInt8] = []
  var newer: [UInt8] = []
  var writer = JournalWriter(boot: "b")

  var reader: JournalReader { JournalReader(older: older[...], newer: newer[...]) }

  /// Writes an entry, or only a number of its bytes.
  @discardableResult
  mutating func write(_ entry: JournalEntry, run: String? = "r", limit: Int = .max) -> JournalWrite {
    let write = writer.write(
      entry, run: run, at: Instant(nanoseconds: 123_456_789_999), wallTime: WallTime(milliseconds: 0))
    if write.rotatesFirst {
      (older, newer) = (newer, [])
      writer.rotated()
    }
    let written = write.bytes.prefix(limit)
    newer += written
    writer.wrote(written.count, of: write)
    return write
  }

  /// Replaces the writer by the one of a supervisor that was started later.
  mutating func restartWriter() {
    writer = JournalWriter(
      boot: "b", older: older.suffix(JournalWriter.longestLine),
      newer: newer.suffix(JournalWriter.longestLine),
      size: newer.count)
  }

  static func event(_ name: String, data: String = "{}") -> JournalEntry {
    .event(name, data: JSONText(data), timestamp: nil)
  }
}
