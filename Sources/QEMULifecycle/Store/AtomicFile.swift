import CLinux
import Glibc
import QMP

/// Writes a file so that a reader sees the old text or the new one, and never a part.
///
/// It is not forced to the disk: when the host goes down, the virtual machines that it tells of go with it.
enum AtomicFile {
  static func write(_ text: String, to path: String) throws(SystemError) {
    // A name that no other writer has, be it in this process: each renames what it has written itself.
    let temporary = "\(path).\(String(UInt64.random(in: 0 ... .max), radix: 36)).new"
    let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    do throws(SystemError) {
      try writeAll(Array(text.utf8), to: file.number, temporary)
      if rename(temporary, path) < 0 { throw SystemError(errno, "rename to \"\(path)\"") }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func writeAll(_ bytes: [UInt8], to file: Int32, _ path: String) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemError(errno, "write \"\(path)\"")
      }
      rest = rest.dropFirst(count)
    }
  }
}
