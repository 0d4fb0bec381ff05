/// Keeps a descriptor open until everyone who needs it is done.
package final class SharedDescriptor: Sendable {
  package let descriptor: Descriptor
  package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}

/// What is still to be written, each line with the descriptors that travel with its first byte.
struct OutgoingLines {
  private struct Line {
    var bytes: [UInt8]
    var descriptors: [SharedDescriptor]
  }

  private var lines: [Line] = []

  var isEmpty: Bool { lines.isEmpty }

  mutating func append(_ text: String, passing descriptors: [SharedDescriptor]) {
    if descriptors.isEmpty, let last = lines.indices.last, lines[last].descriptors.isEmpty {
      lines[last].bytes.append(contentsOf: text.utf8)
    } else {
      lines.append(Line(bytes: Array(text.utf8), descriptors: descriptors))
    }
  }

  /// Gives the next bytes and the descriptors that go with them.
  func withNext(_ body: (UnsafeRawBufferPointer, [Int32]) -> Int64) -> Int64 {
    guard let line = lines.first else { return 0 }
    return line.bytes.withUnsafeBytes { body($0, line.descriptors.map { $0.descriptor.number }) }
  }

  /// Forgets bytes that were sent; their descriptors went with the first of them.
  mutating func removeFirst(_ count: Int) {
    guard !lines.isEmpty else { return }
    lines[0].descriptors = []
    lines[0].bytes.removeFirst(min(count, lines[0].bytes.count))
    if lines[0].bytes.isEmpty { lines.removeFirst() }
  }
}
