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

  /// The files of a process that are mapped to be executed, but for libraries.
  private static func mappedPrograms(of pid: Int32) -> Set<String> {
    let lines = (readProcText("/proc/\(pid)/maps") ?? "").split(separator: "\n")
    return Set(
      lines.compactMap { line in
        let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
        guard fields.count > 5, fields[1].contains("x"), fields[5].hasPrefix("/"), !fields[5].contains(".so")
        else { return nil }
        return "/proc/\(pid)/root\(fields[5])"
      })
  }

  private static func hasMark(_ path: String) -> Bool? {
    guard let file = try? Descriptor.open(path, O_RDONLY | O_NONBLOCK) else { return nil }
    var status = stat()
    guard fstat(file.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      return false
    }
    let size = Int(status.st_size)
    guard let bytes = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.number, 0), bytes != MAP_FAILED else {
      return nil
    }
    defer { munmap(bytes, size) }
    return hasMark(UnsafeRawBufferPointer(start: bytes, count: size))
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
