import CLinux
import Glibc
import LinuxSystem
public import QEMUDiagnosis
import QEMUJSON

/// The state directory, with a subdirectory for each virtual machine.
public struct StateDirectory: Sendable, Hashable {
  /// Its path.
  public let path: String

  /// The environment variables that choose the default path, the first one before the second; an empty one is unset.
  public static let variables = ["QEMUCTL_STATE_DIR", "XDG_RUNTIME_DIR"]

  /// The default path: `$QEMUCTL_STATE_DIR`, or `$XDG_RUNTIME_DIR/qemuctl`; without these variables `/run/qemuctl` for
  /// root, `/tmp/qemuctl-UID` for others.
  public static var defaultPath: String {
    if let path = getenv("QEMUCTL_STATE_DIR"), path.pointee != 0 { return String(cString: path) }
    if let runtime = getenv("XDG_RUNTIME_DIR"), runtime.pointee != 0 {
      return "\(String(cString: runtime))/qemuctl"
    }
    return geteuid() == 0 ? "/run/qemuctl" : "/tmp/qemuctl-\(geteuid())"
  }

  /// Makes a state directory of a path; nothing is created.
  public init(path: String = defaultPath) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// Returns the sorted names of the virtual machines that have a record or a running QEMU; none if the directory does
  /// not exist.
  /// - Throws: ``LifecycleError`` `stateUnusable` if it cannot be read, or if another user could have changed it.
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
      if directory.has("\(entry)/\(MachineDirectory.recordFile)") { return true }
      return (try? MachineDirectory(name, in: self).liveRuns().isEmpty) == false
    }.sorted()
  }

  /// Returns the first of the names `vm1`, `vm2`, … that no virtual machine has.
  /// - Parameter other: a name that is not returned either.
  /// - Throws: ``LifecycleError``, as ``names()`` does.
  public func freeName(besides other: MachineName? = nil) throws(LifecycleError) -> MachineName {
    let taken = Set(try names() + [other?.description].compactMap(\.self))
    var number = 1
    while taken.contains("vm\(number)") { number += 1 }
    return try MachineName("vm\(number)")
  }

  /// Creates the directory and missing parent directories, with mode 0700.
  func create() throws(LifecycleError) {
    var partial = path.hasPrefix("/") ? "" : "."
    for component in path.split(separator: "/") {
      partial += "/\(component)"
      if mkdir(partial, 0o700) == 0 {
        // Regardless of the umask.
        chmod(partial, 0o700)
      } else if errno != EEXIST {
        throw Self.unusable(path, SystemError(errno, "mkdir \"\(partial)\""))
      }
    }
    guard try PrivateDirectory.open(path) != nil else {
      throw Self.unusable(path, SystemError(ENOENT, "").message)
    }
    if access(path, W_OK) != 0 { throw Self.unusable(path, SystemError(errno, "")) }
  }

  /// Returns the error for a failed operation; limits of the host and a full disk have their own remedies.
  static func unusable(_ path: String, _ error: SystemError) -> LifecycleError {
    switch error.number {
    case EMFILE, ENFILE, ENOMEM: .ofHost(error)
    case ENOSPC, EDQUOT, EFBIG:
      LifecycleError(
        .stateUnusable, "the state directory \"\(path)\" cannot be written: \(error)",
        remedy: "make room on its file system (df \(path)), or specify another directory with --state-dir")
    case EROFS:
      LifecycleError(
        .stateUnusable, "the state directory \"\(path)\" cannot be written: \(error.message)",
        remedy: "remount its file system read-write, or specify another directory with --state-dir")
    default: unusable(path, error.operation.isEmpty ? error.message : "\(error)")
    }
  }

  static func unusable(_ path: String, _ why: String) -> LifecycleError {
    LifecycleError(
      .stateUnusable, "the state directory \"\(path)\" cannot be used: \(why)",
      remedy: "specify a directory of your own with --state-dir, or correct its owner and mode (chmod go-w)")
  }
}
