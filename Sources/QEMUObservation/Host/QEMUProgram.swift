import CLinux
import Glibc
import LinuxSystem

/// The identification of QEMU processes by the content of their program's file, regardless of its name.
package enum QEMUProgram {
  /// The text that every qemu-system program prints before its version, and that its file has before a digit.
  private static let mark = Array("QEMU emulator version ".utf8)

  /// Returns whether a process runs QEMU; nil if this user may not examine its program.
  package static func isRun(by pid: Int32) -> Bool? {
    let program = "/proc/\(pid)/exe"
    guard let isQEMU = hasMark(program) else { return nil }
    // If the dynamic linker was executed as a program, it has mapped QEMU.
    return isQEMU || mappedPrograms(of: pid).contains { hasMark($0) == true }
  }

  /// Returns the executable files that a process has mapped and whose names begin with `qemu`.
  private static func mappedPrograms(of pid: Int32) -> Set<String> {
    let lines = (readProcText("/proc/\(pid)/maps") ?? "").split(separator: "\n")
    return Set(
      lines.compactMap { line in
        let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
        guard fields.count > 5, fields[1].contains("x"), fields[5].hasPrefix("/"),
          fields[5].split(separator: "/").last?.hasPrefix("qemu") == true
        else { return nil }
        return "/proc/\(pid)/root\(fields[5])"
      })
  }

  /// The maximum number of bytes that are read: a file of another user may be endless.
  private static let longest = 1 << 29

  /// Returns whether a file has the mark; nil if it cannot be read. It is not mapped, because its owner may truncate
  /// it.
  private static func hasMark(_ path: String) -> Bool? {
    guard let file = try? Descriptor.open(path, O_RDONLY | O_NONBLOCK) else { return nil }
    var status = stat()
    guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    var (bytes, kept, total) = ([UInt8](repeating: 0, count: 1 << 20), 0, 0)
    while total < longest {
      let count = bytes.withUnsafeMutableBytes {
        read(file.number, $0.baseAddress?.advanced(by: kept), $0.count - kept)
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return count < 0 ? nil : false }
      total += count
      let end = kept + count
      if bytes.withUnsafeBytes({ hasMark(UnsafeRawBufferPointer(rebasing: $0[..<end])) }) { return true }
      // The text and its digit may cross the end of a chunk.
      kept = min(end, mark.count)
      bytes.replaceSubrange(0..<kept, with: bytes[end - kept..<end])
    }
    return false
  }

  private static func hasMark(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while case let found = clinux_find(bytes.baseAddress, bytes.count, offset, mark, mark.count), found >= 0 {
      offset = Int(found) + mark.count
      // Other programs that search for the text, such as this one, have it without a digit.
      if offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) { return true }
    }
    return false
  }
}
