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
  /// - Throws: ``LifecycleError`` `stateUnusable` where it cannot be read.
  public func names() throws(LifecycleError) -> [String] {
    guard let entries = entryNames(of: path) else {
      if errno == ENOENT { return [] }
      throw Self.unusable(path, SystemError(errno, "").words)
    }
    return entries.filter { name in
      (try? MachineName(name)) != nil && access("\(path)/\(name)/\(MachineFolder.recordFile)", F_OK) == 0
    }.sorted()
  }

  /// Creates the directory, and those above it, for this user alone.
  func create() throws(LifecycleError) {
    var partial = path.hasPrefix("/") ? "" : "."
    for component in path.split(separator: "/") {
      partial += "/\(component)"
      if mkdir(partial, 0o700) != 0, errno != EEXIST {
        throw Self.unusable(path, "mkdir \"\(partial)\": \(SystemError(errno, "").words)")
      }
    }
    try requirePrivate()
  }

  /// Refuses a directory in which another user could put files in our way.
  private func requirePrivate() throws(LifecycleError) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw Self.unusable(path, "it is not a directory")
    }
    if access(path, W_OK) != 0 { throw Self.unusable(path, SystemError(errno, "").words) }
    if status.st_uid != geteuid() { throw Self.unusable(path, "it belongs to another user") }
    if status.st_mode & S_IWOTH != 0 { throw Self.unusable(path, "every user may write to it") }
  }

  static func unusable(_ path: String, _ why: String) -> LifecycleError {
    LifecycleError(
      .stateUnusable, "the state directory \"\(path)\" cannot be used: \(why)",
      remedy: "name a directory of your own with --state-dir, or correct its owner and mode")
  }
}
