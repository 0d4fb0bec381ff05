import CLinux
import Glibc
import QMP

/// The proof that a process runs QEMU: its program's file says so itself, whatever name it was started under.
enum QEMUProgram {
  /// What every qemu-system program prints before its version, and so has in its file before a digit.
  private static let mark = Array("QEMU emulator version ".utf8)

  /// Returns whether a process runs QEMU.
  /// - Returns: nil where this user may not examine its program.
  static func isRun(by pid: Int32) -> Bool? {
    let program = "/proc/\(pid)/exe"
    guard let isQEMU = hasMark(program) else { return nil }
    // A loader that was started by its name has mapped the program.
    return isQEMU || mappedPrograms(of: pid).contains { hasMark($0) == true }
  }

  /// The programs of QEMU's name that a process has mapped.
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

  /// No program is as long: a file of another user's may be without end.
  private static let longest = 1 << 29

  /// The file is read, not mapped: its owner may cut it short meanwhile.
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
      // The words and their digit may be on both sides of the end.
      kept = min(end, mark.count)
      bytes.replaceSubrange(0..<kept, with: bytes[end - kept..<end])
    }
    return false
  }

  private static func hasMark(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while case let found = clinux_find(bytes.baseAddress, bytes.count, offset, mark, mark.count), found >= 0 {
      offset = Int(found) + mark.count
      // Other programs, as this one, look for the same words.
      if offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) { return true }
    }
    return false
  }
}
