import Glibc
import LinuxSystem
import QEMUVerification

/// The Unix sockets of a process, each with the name of its peer.
///
/// The kernel reports the peer through NETLINK_SOCK_DIAG only, and for the network namespace of this process.
enum UnixSocketTable {
  /// Returns a line for each socket: its own name, a tab, and the name of its peer. A missing name is empty.
  static func describe(_ pid: Int32) -> HostAnswer {
    guard let names = entryNames(of: "/proc/\(pid)/fd") else { return .failure(of: "/proc/\(pid)/fd", errno) }
    guard let namespace = readLink("/proc/\(pid)/ns/net") else {
      return .failure(of: "/proc/\(pid)/ns/net", errno)
    }
    guard namespace == readLink("/proc/self/ns/net") else {
      return .unavailable(
        "QEMU runs in another network namespace, whose sockets the kernel does not list here")
    }
    do throws(SystemError) {
      let sockets = try all()
      let named = Dictionary(sockets.map { ($0.inode, $0) }) { first, _ in first }
      let own = names.compactMap { readLink("/proc/\(pid)/fd/\($0)").flatMap(inode) }.compactMap { named[$0] }
      return .text(
        own.map { "\($0.name)\t\($0.peer.flatMap { named[$0]?.name } ?? "")" }.joined(separator: "\n"))
    } catch {
      return .failure(of: "NETLINK_SOCK_DIAG", error.number)
    }
  }

  /// Returns the inode in the target of a descriptor's link, such as `socket:[123]`.
  private static func inode(of link: String) -> UInt32? {
    link.hasPrefix("socket:[") ? UInt32(link.dropFirst("socket:[".count).dropLast()) : nil
  }

  /// One socket of the kernel's table.
  package struct Entry: Equatable {
    package let inode: UInt32
    /// The name; an abstract one begins with `@`.
    package var name = ""
    package var peer: UInt32?
  }

  private static let (netlinkSockDiag, sockDiagByFamily): (Int32, UInt16) = (4, 20)
  private static let (showName, showPeer): (UInt32, UInt32) = (1, 4)

  private static func all() throws(SystemError) -> [Entry] {
    let number = socket(AF_NETLINK, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, netlinkSockDiag)
    let descriptor = Descriptor(owning: try checked(number, "socket"))
    let request = request()
    _ = try checked(Int32(send(descriptor.number, request, request.count, 0)), "send")
    var entries: [Entry] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let length = try checked(Int32(recv(descriptor.number, &buffer, buffer.count, 0)), "recv")
      guard length > 0, read(buffer.prefix(Int(length)), into: &entries) else { return entries }
    }
  }

  /// Returns a request for all sockets with their names and peers: `struct nlmsghdr`, then `struct unix_diag_req`.
  private static func request() -> [UInt8] {
    bytes(UInt32(40)) + bytes(sockDiagByFamily) + bytes(UInt16(0x301)) + bytes(UInt32(1)) + bytes(UInt32(0))
      + [UInt8(AF_UNIX), 0, 0, 0] + bytes(UInt32.max) + bytes(UInt32(0)) + bytes(showName | showPeer)
      + bytes(UInt64.max)
  }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value) { Array($0) }
  }
}

// MARK: - Replies

extension UnixSocketTable {
  /// Reads the messages of one datagram.
  /// - Returns: whether more datagrams follow.
  static func read(_ datagram: ArraySlice<UInt8>, into entries: inout [Entry]) -> Bool {
    var rest = datagram
    while let length = integer(rest, 0, UInt32.self).map(Int.init), length >= 16, length <= rest.count {
      // Type 2 is an error, 3 the end of the list.
      guard let type = integer(rest, 4, UInt16.self), type == sockDiagByFamily else { return false }
      if let entry = entry(rest.prefix(length).dropFirst(16)) { entries.append(entry) }
      rest = rest.dropFirst((length + 3) & ~3)
    }
    return true
  }

  /// Reads a message: `struct unix_diag_msg`, then attributes: 0 is the name, 2 the peer.
  private static func entry(_ message: ArraySlice<UInt8>) -> Entry? {
    guard let inode = integer(message, 4, UInt32.self) else { return nil }
    var entry = Entry(inode: inode)
    var rest = message.dropFirst(16)
    while let length = integer(rest, 0, UInt16.self).map(Int.init), length >= 4, length <= rest.count {
      let value = rest.prefix(length).dropFirst(4)
      switch integer(rest, 2, UInt16.self) {
      case 0: entry.name = name(value)
      case 2: entry.peer = integer(value, 0, UInt32.self)
      default: break
      }
      rest = rest.dropFirst((length + 3) & ~3)
    }
    return entry
  }

  /// Decodes a name. A path may end with a zero byte; an abstract name begins with one.
  private static func name(_ bytes: ArraySlice<UInt8>) -> String {
    if bytes.first == 0 { return "@" + String(decoding: bytes.dropFirst(), as: UTF8.self) }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func integer<Value: FixedWidthInteger>(
    _ bytes: ArraySlice<UInt8>, _ offset: Int, _ type: Value.Type
  ) -> Value? {
    let size = MemoryLayout<Value>.size
    guard bytes.count >= offset + size else { return nil }
    return bytes.dropFirst(offset).prefix(size).reversed().reduce(0) {
      $0 << 8 | Value(truncatingIfNeeded: $1)
    }
  }
}
