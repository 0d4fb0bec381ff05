import Glibc
import LinuxSystem
import QEMUVerification

/// The IP sockets of a process, from the tables of its network namespace.
enum ProcessSockets {
  private static let protocols = ["tcp", "tcp6", "udp", "udp6"]

  /// Returns a line for each socket: protocol, local address, remote address.
  static func describe(_ pid: Int32) -> HostAnswer {
    guard let names = entryNames(of: "/proc/\(pid)/fd") else {
      return .failure(of: "/proc/\(pid)/fd", errno)
    }
    let own = Set(names.compactMap { readLink("/proc/\(pid)/fd/\($0)") }.filter { $0.hasPrefix("socket:[") })
    var lines: [String] = []
    let tables = protocols.compactMap { name in readProcText("/proc/\(pid)/net/\(name)").map { (name, $0) } }
    // A host without IPv6 lacks some of them; if all are missing, the sockets are not known.
    if tables.isEmpty { return .failure(of: "/proc/\(pid)/net", errno) }
    for (name, table) in tables {
      lines += rows(of: table).filter { own.contains("socket:[\($0.inode)]") }.map {
        "\(name) \($0.local) \($0.remote)"
      }
    }
    return .text(lines.joined(separator: "\n"))
  }

  /// Reads the lines of a table, `sl local_address rem_address st … inode …`; the first line is a heading.
  static func rows(of table: String) -> [(local: String, remote: String, inode: Substring)] {
    table.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 9, let local = address(fields[1]), let remote = address(fields[2]) else {
        return nil
      }
      return (local, remote, fields[9])
    }
  }

  /// Decodes an address: `0100007F:16A9` is 127.0.0.1:5801. Each 32-bit word is in the byte order of the host.
  static func address(_ text: Substring) -> String? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let port = UInt16(parts[1], radix: 16), [8, 32].contains(parts[0].count) else {
      return nil
    }
    var bytes: [UInt8] = []
    var rest = parts[0]
    while !rest.isEmpty {
      guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      withUnsafeBytes(of: word) { bytes += $0 }
      rest = rest.dropFirst(8)
    }
    return words(of: bytes).map { bytes.count == 4 ? "\($0):\(port)" : "[\($0)]:\(port)" }
  }

  private static func words(of bytes: [UInt8]) -> String? {
    var name = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    guard inet_ntop(family, bytes, &name, socklen_t(name.count)) != nil else { return nil }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
