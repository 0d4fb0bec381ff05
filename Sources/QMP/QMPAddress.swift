import CLinux
import Glibc
import LinuxSystem

/// The address of a QMP monitor.
public enum QMPAddress: Sendable, Hashable, CustomStringConvertible {
  /// A Unix socket; a path over 107 bytes is reached through its directory.
  ///
  /// QEMU: `-qmp unix:PATH,server=on,wait=off`
  case unix(path: String)
  /// A connected stream socket of this process, such as one end of a socketpair; the session owns it and closes it.
  case descriptor(Int32)
  /// A TCP port. Anyone who can connect to it controls QEMU and can read and write host files through it: there is no
  /// password and no encryption.
  ///
  /// QEMU: `-qmp tcp:HOST:PORT,server=on,wait=off`
  case tcp(host: String, port: UInt16)

  /// The address in QEMU's syntax.
  public var description: String {
    switch self {
    case .unix(let path): path
    case .descriptor(let number): "descriptor \(number)"
    case .tcp(let host, let port): host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
    }
  }

  /// Parses an address in QEMU's syntax: `tcp:HOST:PORT`, `unix:PATH`, or the path of a Unix socket.
  ///
  /// The options after a comma, such as `server=on`, say how QEMU listens; they are ignored.
  /// - Parameter text: the address; nil is returned if a host or a port is missing or malformed.
  public init?(text: String) {
    let word = text.prefix { $0 != "," }
    if word.hasPrefix("unix:") {
      self = .unix(path: String(word.dropFirst("unix:".count)))
      return
    }
    guard word.hasPrefix("tcp:") else {
      self = .unix(path: text)
      return
    }
    let rest = word.dropFirst("tcp:".count)
    guard let colon = rest.lastIndex(of: ":"), let port = UInt16(rest[rest.index(after: colon)...]) else {
      return nil
    }
    var host = rest[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    self = .tcp(host: host.isEmpty ? "localhost" : String(host), port: port)
  }

  /// Returns a connected socket.
  func connect() async throws(QMPError) -> Descriptor {
    do throws(SystemError) {
      switch self {
      case .unix(let path): return try UnixSocketPath(path).connect()
      case .descriptor(let number):
        let descriptor = Descriptor(owning: number)
        _ = try checked(clinux_set_nonblocking(number), "use \(self)")
        return descriptor
      case .tcp(let host, let port): return try await Self.dial(host, port)
      }
    } catch {
      throw QMPError(.unreachable, "\(error)")
    }
  }

  /// Connects on a thread that may block: the name may need a lookup, and the host may not answer.
  private static func dial(_ host: String, _ port: UInt16) async throws(SystemError) -> Descriptor {
    let result = Promise<Int32>()
    EventLoop.blocking.perform { result.fulfil(clinux_tcp_connect(host, "\(port)", 10)) }
    let number = await result.value() ?? -ECANCELED
    return Descriptor(owning: try checked(number, "connect to \(QMPAddress.tcp(host: host, port: port))"))
  }
}
