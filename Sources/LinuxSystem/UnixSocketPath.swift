import CLinux
import Glibc

/// The path of a Unix socket, of any length.
///
/// The kernel accepts 107 bytes at most. A longer path is reached through a descriptor of its directory: the kernel
/// resolves `/proc/self/fd/N/NAME`.
package struct UnixSocketPath: Sendable {
  private static let longest = 107

  package let directory: String
  package let name: String

  package init(directory: String, name: String) {
    self.directory = directory
    self.name = name
  }

  package init(_ path: String) {
    let slash = path.lastIndex(of: "/")
    directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    name = slash.map { String(path[path.index(after: $0)...]) } ?? path
  }

  package var path: String { "\(directory)/\(name)" }

  /// A Boolean value that indicates whether a program that inherits the listening socket cannot know its path, and so
  /// does not remove the file.
  package var isIndirect: Bool { path.utf8.count > Self.longest }

  package func listen() throws(SystemError) -> Descriptor {
    try reach { (path) throws(SystemError) in
      Descriptor(owning: try checked(clinux_unix_listen(path, 8), "listen on \"\(self.path)\""))
    }
  }

  package func connect() throws(SystemError) -> Descriptor {
    try reach { (path) throws(SystemError) in
      Descriptor(owning: try checked(clinux_unix_connect(path), "connect to \"\(self.path)\""))
    }
  }

  package func remove() { unlink(path) }

  private func reach(
    _ body: (String) throws(SystemError) -> Descriptor
  ) throws(SystemError) -> Descriptor {
    if !isIndirect { return try body(path) }
    let directory = try Descriptor.open(directory, O_RDONLY | O_DIRECTORY)
    return try body("/proc/self/fd/\(directory.number)/\(name)")
  }
}
