import CLinux
import Glibc

/// The names in the directory of a virtual machine.
final class MachinePlace {
  /// The limit of the kernel for the path of a Unix socket, in bytes.
  private static let longestSocketPath = 107

  let name: String
  /// The absolute path of the directory.
  let directory: String
  /// The path of the `qemuctl` that started the supervisor, which starts QEMU again.
  let command: String
  private let handle: Handle

  /// Opens the directory; nil if it cannot be opened.
  init?(name: String, directory: String, command: String) {
    guard let handle = Handle(clinux_open(directory, O_RDONLY | O_DIRECTORY, 0)) else { return nil }
    self.name = name
    self.directory = directory
    self.command = command
    self.handle = handle
  }

  let controlSocket = "control.sock"
  let socket = "qmp.sock"
  let readOnlySocket = "qmp-ro.sock"
  let lock = "supervisor.lock"
  let journal = "events.log"
  let olderJournal = "events.log.1"

  func monitorSocket(of run: String) -> String { "qmp-\(run).sock" }

  func consoleInput(of run: String) -> String { "input-\(run).fifo" }

  func consoleOutput(of run: String) -> String { "output-\(run).fifo" }

  func consoleLog(of run: String) -> String { "console-\(run).log" }

  func stopRequest(of run: String) -> String { "stop-\(run).request" }

  /// Returns the path of a socket in the directory, which a call for Unix sockets accepts.
  func reachable(_ name: String) -> String {
    let path = "\(directory)/\(name)"
    return path.utf8.count <= Self.longestSocketPath ? path : "/proc/self/fd/\(handle.number)/\(name)"
  }

  /// Opens a file in the directory.
  func open(_ name: String, _ flags: Int32) -> Handle? {
    Handle(clinux_openat(handle.number, name, flags | O_NOFOLLOW, 0o600))
  }

  func makeFIFO(_ name: String) -> Bool { mkfifoat(handle.number, name, 0o600) == 0 }

  func remove(_ name: String) { unlinkat(handle.number, name, 0) }

  /// Renames a file in the directory.
  /// - Returns: whether that succeeded.
  func rename(_ name: String, to other: String) -> Bool {
    renameat(handle.number, name, handle.number, other) == 0
  }

  func has(_ name: String) -> Bool { faccessat(handle.number, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 }

  /// Returns the last bytes of QEMU's standard error in a run.
  func lastMessages(of run: String) -> ArraySlice<UInt8> { tail(ofFile: "stderr-\(run).log", 4096)[...] }

  /// Returns the last bytes of a file in the directory; none if it cannot be read.
  func tail(ofFile name: String, _ count: Int) -> [UInt8] {
    guard let file = open(name, O_RDONLY | O_NONBLOCK) else { return [] }
    lseek(file.number, max(0, lseek(file.number, 0, SEEK_END) - count), SEEK_SET)
    return contents(ofDescriptor: file.number, limit: count)
  }
}
