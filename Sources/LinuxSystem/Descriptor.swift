import CLinux
import Glibc

/// An open file descriptor that closes itself.
package struct Descriptor: ~Copyable, Sendable {
  /// The descriptor's number, valid as long as this value exists.
  package let number: Int32

  /// Takes ownership of an open descriptor.
  package init(owning number: Int32) { self.number = number }

  deinit { close(number) }

  /// Releases ownership of the descriptor without closing it.
  package consuming func release() -> Int32 {
    let number = number
    discard self
    return number
  }
}

extension Descriptor {
  /// Opens a file; spawned programs do not inherit the descriptor.
  package static func open(
    _ path: String, _ flags: Int32, mode: UInt32 = 0
  ) throws(SystemError) -> Descriptor {
    Descriptor(owning: try checked(clinux_open(path, flags, mode), "open \"\(path)\""))
  }

  /// Opens a file below this directory; spawned programs do not inherit the descriptor.
  package borrowing func open(
    _ name: String, _ flags: Int32, mode: UInt32 = 0
  ) throws(SystemError) -> Descriptor {
    Descriptor(owning: try checked(clinux_openat(number, name, flags, mode), "open \"\(name)\""))
  }
}

/// A descriptor that stays open until its last user releases it.
package final class SharedDescriptor: Sendable {
  package let descriptor: Descriptor
  package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}
