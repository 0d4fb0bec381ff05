import CLinux
import Glibc

extension Descriptor {
  /// Creates a file in memory with a text as its content.
  package static func memoryFile(holding text: String) throws(SystemError) -> Descriptor {
    try memoryFile(holding: Array(text.utf8))
  }

  /// Creates a file in memory with bytes as its content.
  package static func memoryFile(holding bytes: [UInt8]) throws(SystemError) -> Descriptor {
    let file = Descriptor(owning: try checked(clinux_memory_file(), "make a file in memory"))
    let count = write(file.number, bytes, bytes.count)
    if count != bytes.count { throw SystemError(count < 0 ? errno : ENOSPC, "write a file in memory") }
    return file
  }
}
