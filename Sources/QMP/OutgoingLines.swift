/// Keeps a descriptor open until everyone who needs it is done.
package final class SharedDescriptor: Sendable {
  package let descriptor: Descriptor
  package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}

/// What is still to be written, each line with the descriptor that travels with its first byte.
struct OutgoingLines {
  struct Line {
    /// The command's id; nil for a line that is no command of the caller's.
    var id: SessionMachine.RequestID?
    var bytes: [UInt8]
    var descriptor: SharedDescriptor?
    /// Whether it goes before every line of which nothing was written yet.
    var isUrgent = false
  }

  /// Short lines are sent together, up to so many bytes at once.
  private static let enough = 1 << 16

  /// Whether no descriptor may be sent now; what stands behind one waits with it.
  var isHoldingDescriptors = false
  private var lines: [Line] = []
  private var head = 0
  /// How many bytes of the first line were written.
  private var sent = 0

  var isEmpty: Bool { head == lines.count }
  /// Whether there is something that may be written now.
  var isReady: Bool { !isEmpty && !(isHoldingDescriptors && lines[head].descriptor != nil) }

  mutating func append(_ line: Line) {
    guard line.isUrgent else { return lines.append(line) }
    lines.insert(line, at: lines[unbegun...].firstIndex { !$0.isUrgent } ?? lines.count)
  }

  /// The first line of which nothing was written.
  private var unbegun: Int { sent > 0 ? head + 1 : head }

  /// Gives the next bytes and the descriptor that goes with them.
  func withNext(_ body: (UnsafeRawBufferPointer, [Int32]) -> Int64) -> Int64 {
    if isEmpty { return 0 }
    let end = endOfNext
    let descriptors = lines[head].descriptor.map { [$0.descriptor.number] } ?? []
    if end == head + 1 {
      return lines[head].bytes.withUnsafeBytes {
        body(UnsafeRawBufferPointer(rebasing: $0[sent...]), descriptors)
      }
    }
    var together = Array(lines[head].bytes[sent...])
    for line in lines[(head + 1)..<end] { together.append(contentsOf: line.bytes) }
    return together.withUnsafeBytes { body($0, descriptors) }
  }

  /// Behind the lines that are sent together: a descriptor travels with its own line only.
  private var endOfNext: Int {
    var count = lines[head].bytes.count - sent
    var end = head + 1
    if lines[head].descriptor != nil { return end }
    while end < lines.count, lines[end].descriptor == nil, count + lines[end].bytes.count <= Self.enough {
      count += lines[end].bytes.count
      end += 1
    }
    return end
  }

  /// Forgets bytes that were sent.
  /// - Returns: the command whose descriptor went with the first of them.
  mutating func removeFirst(_ count: Int) -> SessionMachine.RequestID? {
    if isEmpty || count <= 0 { return nil }
    let passed = lines[head].descriptor == nil ? nil : lines[head].id
    lines[head].descriptor = nil
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

  /// Forgets the lines of commands of which nothing was written, and closes their descriptors.
  /// - Returns: those of the commands; all others were written at least in part, or were not here.
  mutating func forget(_ ids: Set<SessionMachine.RequestID>) -> Set<SessionMachine.RequestID> {
    if unbegun == lines.count { return [] }
    var forgotten: Set<SessionMachine.RequestID> = []
    var kept = Array(lines[head..<unbegun])
    for line in lines[unbegun...] {
      if let id = line.id, ids.contains(id) { forgotten.insert(id) } else { kept.append(line) }
    }
    (lines, head) = (kept, 0)
    return forgotten
  }
}
