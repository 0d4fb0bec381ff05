/// Keeps a descriptor open until everyone who needs it is done.
package final class SharedDescriptor: Sendable {
  package let descriptor: Descriptor
  package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}

/// What is still to be written, each line with the descriptors that travel with its first byte.
struct OutgoingLines {
  private struct Part {
    var bytes: [UInt8]
    var sent = 0
    var descriptor: SharedDescriptor?
  }

  private var parts: [Part] = []
  private var head = 0

  var isEmpty: Bool { head == parts.count }

  /// Appends a line; lines without a descriptor that stand together are sent together.
  mutating func append(_ text: String, passing descriptor: SharedDescriptor? = nil) {
    if descriptor == nil, !isEmpty, parts[parts.count - 1].descriptor == nil {
      parts[parts.count - 1].bytes.append(contentsOf: text.utf8)
    } else {
      parts.append(Part(bytes: Array(text.utf8), descriptor: descriptor))
    }
  }

  /// Gives the next bytes and the descriptor that goes with them.
  func withNext(_ body: (UnsafeRawBufferPointer, [Int32]) -> Int64) -> Int64 {
    if isEmpty { return 0 }
    let part = parts[head]
    return part.bytes.withUnsafeBytes { bytes in
      body(
        UnsafeRawBufferPointer(rebasing: bytes[part.sent...]),
        part.descriptor.map { [$0.descriptor.number] } ?? [])
    }
  }

  /// Forgets bytes that were sent; their descriptor went with the first of them.
  mutating func removeFirst(_ count: Int) {
    if isEmpty || count <= 0 { return }
    parts[head].descriptor = nil
    parts[head].sent += count
    if parts[head].sent < parts[head].bytes.count { return }
    parts[head].bytes = []
    head += 1
    if isEmpty { self = OutgoingLines() }
  }
}
