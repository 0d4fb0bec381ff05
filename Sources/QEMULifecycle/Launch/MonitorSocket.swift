import CLinux
import Glibc
import QMP

/// The Unix socket of a monitor, wherever its folder lies.
///
/// A socket's path has 107 bytes at most. A longer one is reached through a descriptor on its folder: the kernel resolves
/// `/proc/self/fd/N/NAME`.
struct MonitorSocket: Sendable {
  static let longestPath = 107

  let folder: String
  let name: String

  var path: String { "\(folder)/\(name)" }

  /// Whether QEMU cannot know the path, and so leaves the file behind when it ends.
  var isIndirect: Bool { path.utf8.count > Self.longestPath }

  func listen() throws(SystemError) -> Descriptor {
    try reach { (path) throws(SystemError) in
      Descriptor(owning: try checked(clinux_unix_listen(path, 8), "listen on \"\(self.path)\""))
    }
  }

  func connect() throws(SystemError) -> Descriptor {
    try reach { (path) throws(SystemError) in
      Descriptor(owning: try checked(clinux_unix_connect(path), "connect to \"\(self.path)\""))
    }
  }

  func remove() { unlink(path) }

  private func reach(
    _ body: (String) throws(SystemError) -> Descriptor
  ) throws(SystemError) -> Descriptor {
    if !isIndirect { return try body(path) }
    let folder = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
    return try body("/proc/self/fd/\(folder.number)/\(name)")
  }
}
