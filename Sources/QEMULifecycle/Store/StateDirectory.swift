import CLinux
import Glibc
import QEMUJSON
import QMP

/// The state directory, with a subdirectory for each virtual machine.
public struct StateDirectory: Sendable, Hashable {
  /// Its path.
  public let path: String

  /// `$XDG_RUNTIME_DIR/qemuctl`; for root `/run/qemuctl`; without either a directory of the user's under `/tmp`.
  public static var defaultPath: String {
    if let runtime = getenv("XDG_RUNTIME_DIR"), runtime.pointee != 0 {
      return "\(String(cString: runtime))/qemuctl"
    }
    return geteuid() == 0 ? "/run/qemuctl" : "/tmp/qemuctl-\(geteuid())"
  }

  /// Names a state directory; nothing is created.
  public init(path: String = defaultPath) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// The recorded virtual machines, by name; none where the directory does not exist.
  /// - Throws: ``LifecycleError`` `stateUnusable` where it cannot be read, or where another user could have changed it.
  public func names() throws(LifecycleError) -> [String] {
    guard let directory = try PrivateDirectory.open(path) else { return [] }
    let entries: [String]
    do throws(SystemError) {
      entries = try directory.list()
    } catch {
      throw Self.unusable(path, error)
    }
    return entries.filter { entry in
      guard let name = try? MachineName(entry) else { return false }
      if directory.has("\(entry)/\(MachineFolder.recordFile)") { return true }
      return (try? MachineFolder(name, in: self).liveRuns().isEmpty) == false
    }.sorted()
  }

  /// Creates the directory, and those above it, for this user alone.
  func create() throws(LifecycleError) {
    var partial = path.hasPrefix("/") ? "" : "."
    for component in path.split(separator: "/") {
      partial += "/\(component)"
      if mkdir(partial, 0o700) == 0 {
        // Whatever the umask.
        chmod(partial, 0o700)
      } else if errno != EEXIST {
        throw Self.unusable(path, SystemError(errno, "mkdir \"\(partial)\""))
      }
    }
    guard try PrivateDirectory.open(path) != nil else {
      throw Self.unusable(path, SystemError(ENOENT, "").words)
    }
    if access(path, W_OK) != 0 { throw Self.unusable(path, SystemError(errno, "")) }
  }

  /// A limit of the host's or a full disk is not the directory's fault, and has another remedy.
  static func unusable(_ path: String, _ error: SystemError) -> LifecycleError {
    switch error.number {
    case EMFILE, ENFILE, ENOMEM: .ofHost(error)
    case ENOSPC, EDQUOT, EFBIG:
      LifecycleError(
        .stateUnusable, "the state directory \"\(path)\" cannot be written: \(error)",
        remedy: "make room on its file system (df \(path)), or name another directory with --state-dir")
    case EROFS:
      LifecycleError(
        .stateUnusable, "the state directory \"\(path)\" cannot be written: \(error.words)",
        remedy: "mount its file system writable, or name another directory with --state-dir")
    default: unusable(path, error.operation.isEmpty ? error.words : "\(error)")
    }
  }

  static func unusable(_ path: String, _ why: String) -> LifecycleError {
    LifecycleError(
      .stateUnusable, "the state directory \"\(path)\" cannot be used: \(why)",
      remedy: "name a directory of your own with --state-dir, or correct its owner and mode (chmod go-w)")
  }
}
