/// The current line of a console, which arrives in chunks.
struct ConsoleLine {
  /// The number of bytes of a long line that are matched at once.
  static let window = 64 * 1024

  private var bytes: [UInt8] = []
  /// A Boolean value that indicates whether the beginning of the line has been discarded.
  private var isContinued = false
  private var endedAtReturn = false

  typealias Match = (_ line: ArraySlice<UInt8>, _ atStart: Bool, _ atEnd: Bool) -> Void

  /// Appends output and calls a closure for each complete line, and for the text after the last line end.
  ///
  /// A carriage return ends a line too, because programs that show progress write no line feed; both together
  /// are one line end. NULs are left out. A line that is longer than the window is matched in windows that
  /// overlap by half.
  mutating func append(_ output: ArraySlice<UInt8>, match: Match) {
    var isNew = false
    for byte in output where byte != 0 {
      if byte == lineFeed || byte == carriageReturn {
        complete(at: byte, match)
        isNew = false
      } else {
        if bytes.count == Self.window { slide(match) }
        bytes.append(byte)
        isNew = true
      }
    }
    if isNew { match(bytes[...], !isContinued, true) }
  }

  private mutating func complete(at byte: UInt8, _ match: Match) {
    // The line is complete since the first carriage return of CR LF or CR CR LF.
    let isRepeated = endedAtReturn && bytes.isEmpty
    endedAtReturn = byte == carriageReturn
    guard !isRepeated else { return }
    match(bytes[...], !isContinued, true)
    end()
  }

  /// Discards the line, at the end of a run.
  mutating func end() {
    bytes.removeAll(keepingCapacity: bytes.capacity <= 1024)
    isContinued = false
  }

  private mutating func slide(_ match: Match) {
    match(bytes[...], !isContinued, false)
    bytes.removeFirst(Self.window / 2)
    isContinued = true
  }
}

private let carriageReturn = UInt8(ascii: "\r")
