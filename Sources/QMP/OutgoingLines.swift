import LinuxSystem

/// The lines that are still to be written, each with the descriptors that are sent with its first byte.
struct OutgoingLines {
  struct Line {
    /// The command's id; nil for a line that is not a command of the caller.
    var id: SessionStateMachine.RequestID?
    var bytes: [UInt8]
    var descriptors: [SharedDescriptor] = []
    /// A Boolean value that indicates whether the line is sent before every line of which nothing was written yet.
    var isUrgent = false
  }

  /// The number of bytes up to which short lines are sent together.
  private static let enough = 1 << 16

  /// A Boolean value that indicates whether no descriptor may be sent now. The lines after a descriptor wait with it.
  var isHoldingDescriptors = false
  private var lines: [Line] = []
  private var head = 0
  /// The number of bytes of the first line that were written.
  private var sent = 0

  var isEmpty: Bool { head == lines.count }
  /// A Boolean value that indicates whether there is a line that may be written now.
  var isReady: Bool { !isEmpty && !(isHoldingDescriptors && !lines[head].descriptors.isEmpty) }

  mutating func append(_ line: Line) {
    guard line.isUrgent else { return lines.append(line) }
    lines.insert(line, at: lines[unbegun...].firstIndex { !$0.isUrgent } ?? lines.count)
  }

  /// The first line of which nothing was written.
  private var unbegun: Int { sent > 0 ? head + 1 : head }

  /// Passes the next bytes, and the descriptor that is sent with them, to a closure.
  func withNext(_ body: (UnsafeRawBufferPointer, [Int32]) -> Int64) -> Int64 {
    if isEmpty { return 0 }
    let end = endOfNext
    let descriptors = lines[head].descriptors.map { $0.descriptor.number }
    if end == head + 1 {
      return lines[head].bytes.withUnsafeBytes {
        body(UnsafeRawBufferPointer(rebasing: $0[sent...]), descriptors)
      }
    }
    var together = Array(lines[head].bytes[sent...])
    for line in lines[(head + 1)..<end] { together.append(contentsOf: line.bytes) }
    return together.withUnsafeBytes { body($0, descriptors) }
  }

  /// The end of the lines that are sent together. A descriptor is sent with its own line only.
  private var endOfNext: Int {
    var count = lines[head].bytes.count - sent
    var end = head + 1
    if !lines[head].descriptors.isEmpty { return end }
    while end < lines.count, lines[end].descriptors.isEmpty, count + lines[end].bytes.count <= Self.enough {
      count += lines[end].bytes.count
      end += 1
    }
    return end
  }

  /// Removes bytes that were sent.
  /// - Returns: the command whose descriptor was sent with the first of them.
  mutating func removeFirst(_ count: Int) -> SessionStateMachine.RequestID? {
    if isEmpty || count <= 0 { return nil }
    let passed = lines[head].descriptors.isEmpty ? nil : lines[head].id
    lines[head].descriptors = []
    sent += count
    while head < lines.count, sent >= lines[head].bytes.count {
      sent -= lines[head].bytes.count
      lines[head].bytes = []
      head += 1
    }
    if isEmpty || head >= 1024 {
      lines.removeFirst(head)
      head = 0
    }
    return passed
  }

  /// Removes the lines of commands of which nothing was written, and closes their descriptors.
  /// - Returns: the commands whose lines were removed. The others were written at least in part, or had no line here.
  mutating func forget(_ ids: Set<SessionStateMachine.RequestID>) -> Set<SessionStateMachine.RequestID> {
    if unbegun == lines.count { return [] }
    var forgotten: Set<SessionStateMachine.RequestID> = []
    var kept = Array(lines[head..<unbegun])
    for line in lines[unbegun...] {
      if let id = line.id, ids.contains(id) { forgotten.insert(id) } else { kept.append(line) }
    }
    (lines, head) = (kept, 0)
    return forgotten
  }
}
