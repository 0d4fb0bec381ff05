/// A line of QEMU that has not ended.
struct UpstreamLine {
  enum Mode {
    /// The beginning is too short to decide.
    case undecided
    /// The line is kept until its end.
    case buffering
    /// A reply is passed on to a client as it arrives.
    case streaming(Multiplexer.Client, id: JSONText?)
    /// The line is too long to be kept.
    case skipping
  }

  var mode = Mode.undecided
  /// The bytes that are not yet passed on.
  var bytes: [UInt8] = []
  var isReturn = false

  private static let returnBeginning = Array("{\"return\": ".utf8)
  static let decisiveCount = returnBeginning.count
  /// A reply to an out-of-band command is shorter.
  static let longCount = 65536

  /// A Boolean value that indicates whether the bytes begin with those of a successful reply.
  var beginsWithReturn: Bool { bytes.starts(with: Self.returnBeginning) }

  /// Returns the line without its end.
  static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    var line = bytes[...]
    while let last = line.last, last == 0x0A || last == 0x0D { line.removeLast() }
    return line
  }
}
