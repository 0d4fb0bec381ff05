import Foundation

/// The directory of one line: the files that the line names, and the state directory of its virtual machine.
struct LineDirectory {
  let url: URL

  var state: URL { url.appending(path: "state") }

  /// Creates the directory, and the files that the words name with `DIR/`.
  init(for words: [String]) throws {
    url = FileManager.default.temporaryDirectory.appending(path: "qemu-line-\(UUID())")
    try FileManager.default.createDirectory(at: url.appending(path: "sub"), withIntermediateDirectories: true)
    let text = words.joined(separator: " ")
    for match in text.matches(of: #/DIR\/(p\d+\.img)/#) { try write(Data(count: 65536), String(match.1)) }
    for match in text.matches(of: #/DIR\/(q\d+\.qcow2)/#) { try write(Self.qcow2, String(match.1)) }
    if text.contains("DIR/fifo") { mkfifo(url.appending(path: "fifo").path, 0o600) }
    if text.contains("DIR/acl.json") { try write(Data(#"{"policy":"deny","rules":[]}"#.utf8), "acl.json") }
    if text.contains("DIR/rc.cfg") {
      try write(Data("[object \"rc\"]\n  qom-type = \"iothread\"\n".utf8), "rc.cfg")
    }
  }

  /// Returns the words with the directory's path in them.
  func filled(_ words: [String]) -> [String] {
    words.map { $0.replacingOccurrences(of: "DIR/", with: url.path + "/") }
  }

  func remove() { try? FileManager.default.removeItem(at: url) }

  private func write(_ data: Data, _ name: String) throws { try data.write(to: url.appending(path: name)) }

  /// An image of 1 MiB without data: header, refcount table, refcount block and L1 table, a cluster each.
  private static let qcow2: Data = {
    var image = Data(count: 4 << 16)
    let fields: [(offset: Int, bytes: [UInt8])] = [
      (0, Array("QFI".utf8) + [0xfb, 0, 0, 0, 3]), (20, [0, 0, 0, 16]), (29, [0x10]), (36, [0, 0, 0, 1]),
      (45, [3]), (53, [1]), (56, [0, 0, 0, 1]), (96, [0, 0, 0, 4]), (100, [0, 0, 0, 104]),
      (1 << 16, [0, 0, 0, 0, 0, 2]), (2 << 16, [0, 1, 0, 1, 0, 1, 0, 1]),
    ]
    for field in fields {
      image.replaceSubrange(field.offset..<field.offset + field.bytes.count, with: field.bytes)
    }
    return image
  }()
}
