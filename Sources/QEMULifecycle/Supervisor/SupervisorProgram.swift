import Glibc
import LinuxSystem
public import QEMUDiagnosis

/// The supervisor's program, `qemuctl-supervisor`.
public struct SupervisorProgram: Sendable, Hashable {
  /// Its path.
  public let path: String
  /// The path of the `qemuctl` that starts QEMU again.
  public let command: String

  /// Makes the value of known paths.
  /// - Parameters:
  ///   - path: the path of the supervisor's program.
  ///   - command: the path of the `qemuctl` that starts QEMU again.
  public init(path: String, command: String) {
    self.path = path
    self.command = command
  }

  /// Finds the program: beside a command, or in the directory `libexec` beside the command's directory.
  /// - Parameter command: the path of `qemuctl`; nil for the program of this process.
  /// - Throws: ``LifecycleError`` `binaryUnusable` if there is none.
  public static func find(besides command: String? = nil) throws(LifecycleError) -> SupervisorProgram {
    guard let command = command ?? readLink("/proc/self/exe") else {
      throw .ofHost(SystemError(errno, "read /proc/self/exe"))
    }
    let directory = command.prefix(upTo: command.lastIndex(of: "/") ?? command.startIndex)
    let places = ["\(directory)/\(name)", "\(directory)/../libexec/\(name)"]
    if let path = places.first(where: { access($0, X_OK) == 0 }) {
      return SupervisorProgram(path: path, command: command)
    }
    throw LifecycleError(
      .binaryUnusable, "the supervisor \(name) was not found",
      evidence: places.map { "\($0): not executable" },
      remedy: "install it (make install), or start the virtual machine with --no-supervisor")
  }

  private static let name = "qemuctl-supervisor"
}
