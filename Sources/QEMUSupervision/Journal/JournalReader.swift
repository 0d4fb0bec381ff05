/// A line of a journal.
package struct JournalLine: Sendable, Hashable {
  /// The sequence number.
  package let sequence: Int
  /// The kind, such as `event`. A newer version may write kinds that this one does not know.
  package let kind: String
  /// The line as an object.
  package let text: JSONText

  /// Reads a line, or returns nil if it is torn or is not of a journal.
  init?(_ line: ArraySlice<UInt8>) {
    // After a power failure, blocks that were not written yet contain NULs.
    let bytes = line.drop { $0 == 0 }
    guard bytes.first == UInt8(ascii: "{"), let text = JSONText(bytes) else { return nil }
    guard let sequence = text["seq"]?.integer, sequence > 0, sequence < Int.max / 2 else { return nil }
    self.sequence = sequence
    kind = text["kind"]?.string ?? ""
    self.text = text
  }

  /// Returns the value of a member.
  package subscript(_ name: String) -> JSONText? { text[name] }
}

/// The lines in the two files of a journal.
package struct JournalReader: Sendable {
  private let files: [ArraySlice<UInt8>]

  /// Creates a reader of the content of `events.log.1` and of `events.log`.
  ///
  /// Each may be empty, or begin within a line. Lines that are torn or damaged are skipped.
  package init(older: ArraySlice<UInt8> = [], newer: ArraySlice<UInt8>) { files = [older, newer] }

  /// The last line.
  package var last: JournalLine? {
    for file in files.reversed() {
      var lines = BackwardLines(file)
      while let line = lines.next() { if let result = JournalLine(line) { return result } }
    }
    return nil
  }

  /// Returns the lines with a sequence number above a cursor, in order.
  ///
  /// The files are read backwards, so that the time depends on the number of these lines only.
  package func lines(after cursor: Int) -> [JournalLine] {
    var result: [JournalLine] = []
    for file in files.reversed() {
      var lines = BackwardLines(file)
      while let bytes = lines.next() {
        guard let line = JournalLine(bytes) else { continue }
        guard line.sequence > cursor else { return result.reversed() }
        // A line that was read from both files during a rotation is returned once.
        if line.sequence < result.last?.sequence ?? .max { result.append(line) }
      }
    }
    return result.reversed()
  }
}

/// The lines of a text from its end, without line feeds. A last line without a line feed is included: it is
/// complete if only the line feed is missing, and no valid object otherwise.
private struct BackwardLines {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> ArraySlice<UInt8>? {
    while rest.last == lineFeed { rest = rest.dropLast() }
    guard !rest.isEmpty else { return nil }
    let start = rest.lastIndex(of: lineFeed).map { $0 + 1 } ?? rest.startIndex
    defer { rest = rest[..<start] }
    return rest[start...]
  }
}
