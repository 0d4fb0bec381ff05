import Glibc
import QMP

@testable import LinuxSystem
@testable import QEMULifecycle

/// A directory for one test alone; it goes with all that is in it when its suite's value does.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/qemu-lifecycle-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError(errno, "mkdtemp") }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    if fileType(path) == S_IFDIR {
      chmod(path, 0o700)
      for name in entryNames(of: path) ?? [] { remove("\(path)/\(name)") }
    }
    Glibc.remove(path)
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// A text for each thing in it, told by its path: for saying that nothing was touched.
  func contents() -> [String: String] { Self.contents(path) }

  private static func contents(_ path: String) -> [String: String] {
    var all: [String: String] = [:]
    for name in entryNames(of: path) ?? [] {
      let entry = "\(path)/\(name)"
      all[entry] = "\(fileType(entry) ?? 0) \(permissions(entry) ?? 0) \(readProcText(entry) ?? "")"
      if fileType(entry) == S_IFDIR { all.merge(contents(entry)) { $1 } }
    }
    return all
  }
}

/// S_IFREG, S_IFDIR, …; nil where nothing is there. A symlink is not followed.
func fileType(_ path: String) -> mode_t? {
  var status = stat()
  return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
}

/// The permission bits of a file; nil where nothing is there.
func permissions(_ path: String) -> mode_t? {
  var status = stat()
  return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
}

/// Makes a file, or replaces the text of one.
func makeFile(_ path: String, _ text: String = "", mode: UInt32 = 0o644) throws {
  let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
  _ = try checked(write(file.number, text, text.utf8.count), "write \"\(path)\"")
}

/// Makes a directory.
func makeDirectory(_ path: String, mode: mode_t = 0o700) throws {
  if mkdir(path, mode) != 0 { throw SystemError(errno, "mkdir \"\(path)\"") }
}
