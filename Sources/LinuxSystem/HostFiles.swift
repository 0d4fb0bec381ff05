import Glibc

/// Reads a whole file of /proc or of the host; nil if it cannot be opened or read, or is not a regular file.
package func readProcText(_ path: String) -> String? {
  // O_NONBLOCK: opening a pipe or a device could block.
  guard let file = try? Descriptor.open(path, O_RDONLY | O_NONBLOCK) else { return nil }
  var status = stat()
  guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
  return readBytes(file).map { String(decoding: $0, as: UTF8.self) }
}

/// Reads a whole open file, up to 64 MiB; nil if it cannot be read, and `errno` says why.
package func readBytes(_ file: borrowing Descriptor) -> [UInt8]? {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 14)
  while bytes.count < 64 << 20 {
    let count = read(file.number, &chunk, chunk.count)
    if count < 0, errno == EINTR { continue }
    if count < 0 { return nil }
    if count == 0 { break }
    bytes.append(contentsOf: chunk[..<count])
  }
  return bytes
}

/// Returns the target of a symbolic link; nil if it is none.
package func readLink(_ path: String) -> String? {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
    guard let start = buffer.baseAddress else { return nil }
    let length = readlink(path, start, buffer.count)
    guard length > 0 else { return nil }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
  }
}

/// Returns the fields of a line of a text such as /proc/PID/status; nil if no line begins with the name.
/// - Parameter name: the beginning of the line: `Uid:`
package func procFields(_ name: String, in text: String) -> [Substring.UTF8View]? {
  var rest = text.utf8[...]
  while !rest.isEmpty {
    let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
    if rest.starts(with: name.utf8) {
      return rest[..<end].dropFirst(name.utf8.count)
        .split { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
    }
    rest = rest[end...].dropFirst()
  }
  return nil
}
