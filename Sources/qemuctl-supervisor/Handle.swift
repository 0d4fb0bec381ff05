import CLinux
import Glibc

/// An open descriptor that is closed with its last reference.
final class Handle {
  let number: Int32

  init?(_ number: Int32) {
    if number < 0 { return nil }
    self.number = number
  }

  deinit { close(number) }
}

/// Reads a file from its beginning, at most a number of bytes; none if it cannot be read.
func contents(of path: String, limit: Int = 1 << 20) -> [UInt8] {
  guard let file = Handle(clinux_open(path, O_RDONLY | O_NONBLOCK, 0)) else { return [] }
  return contents(ofDescriptor: file.number, limit: limit)
}

/// Reads an open file to its end, at most a number of bytes.
func contents(ofDescriptor descriptor: Int32, limit: Int) -> [UInt8] {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while bytes.count < limit {
    let count = read(descriptor, &chunk, chunk.count)
    if count < 0, errno == EINTR { continue }
    if count <= 0 { break }
    bytes += chunk[..<count]
  }
  return bytes
}

/// Writes bytes to a file.
/// - Returns: the number of bytes that were written, and the number of the error, 0 if these are all.
@discardableResult
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> (written: Int, error: Int32) {
  var written = 0
  while written < bytes.count {
    let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    if count <= 0 { return (written, count < 0 ? errno : ENOSPC) }
    written += count
  }
  return (written, 0)
}

/// Returns random bytes.
func randomBytes(_ count: Int) -> [UInt8] {
  var generator = SystemRandomNumberGenerator()
  return (0..<count).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
}
