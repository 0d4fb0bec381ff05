import Glibc
import LinuxSystem
import QEMUCommandLine
import QEMUJSON

/// A port of this host on which QEMU is to listen.
struct ListeningPort: Hashable {
  /// The protocol: `tcp` or `udp`.
  let protocolName: String
  /// The address; empty for all addresses.
  let host: String
  let number: UInt16
}

/// The sockets of this host, except those of one process.
struct HostSocketTable {
  private let own: Set<String>

  init(besides process: Int32) {
    own = Set(
      (entryNames(of: "/proc/\(process)/fd") ?? []).compactMap { readLink("/proc/\(process)/fd/\($0)") })
  }

  /// Returns whether a socket of another process makes `bind` fail: it has the same address, or one of both has all
  /// addresses.
  func isTaken(_ port: ListeningPort) -> Bool {
    [port.protocolName, port.protocolName + "6"].contains { name in
      let table = readProcText("/proc/self/net/\(name)") ?? ""
      return table.split(separator: "\n").dropFirst().contains { line in
        let fields = line.split(separator: " ")
        guard fields.count > 9, let local = ProcessSockets.address(fields[1]),
          local.hasSuffix(":\(port.number)"),
          !own.contains("socket:[\(fields[9])]"), port.protocolName == "udp" || fields[3] == "0A"
        else { return false }
        let host = String(local.dropLast(":\(port.number)".count))
        return ["0.0.0.0", "[::]"].contains(host) || port.host.isEmpty || port.host == "0.0.0.0"
          || host == port.host
      }
    }
  }

  /// Returns the inode of the socket that listens on a path; nil if there is none.
  func listener(on path: String) -> String? {
    let table = readProcText("/proc/self/net/unix") ?? ""
    let name = path.split(separator: "/").last ?? ""
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: " ", maxSplits: 7)
      // A socket may have been bound by a path that is relative to another directory.
      guard fields.count == 8, fields[3] == "00010000", fields[7] == path || fields[7].hasSuffix(name) else {
        continue
      }
      return String(fields[6])
    }
    return nil
  }

  /// Returns the command line of the process that has a socket; nil if it is not visible to this user.
  func commandLine(of socket: String) -> [String]? {
    let link = "socket:[\(socket)]"
    for process in (entryNames(of: "/proc") ?? []).filter({ $0.allSatisfy(\.isNumber) }) {
      guard let names = entryNames(of: "/proc/\(process)/fd"),
        names.contains(where: { readLink("/proc/\(process)/fd/\($0)") == link })
      else { continue }
      return readProcText("/proc/\(process)/cmdline").map { $0.split(separator: "\0").map(String.init) }
    }
    return nil
  }
}

extension Occurrence {
  private func text(_ name: String) -> String? {
    argument?.members?[name].flatMap { $0.stringValue ?? $0.integerValue.map(String.init) }
  }

  private func isOn(_ name: String) -> Bool {
    argument?.members?[name]?.boolValue ?? text(name).flatMap { Bool(propertyText: $0) } ?? false
  }

  private var isSocket: Bool { option == "chardev" && text("backend") == "socket" }

  /// The path of the Unix socket to which it connects; nil if a start does not need a listener there.
  var connectedPath: String? {
    let retries = ["reconnect", "reconnect-ms"].contains { text($0).map { $0 != "0" } ?? false }
    if retries || isOn("server") || isOn("abstract") { return nil }
    if isSocket { return text("path") }
    if option == "netdev", text("type") == "stream" {
      return argument?.members?["addr"]?["path"]?.stringValue ?? text("addr.path")
    }
    guard ["serial", "parallel", "monitor", "qmp"].contains(option), let address = try? argument?.text(),
      address.hasPrefix("unix:"), !address.contains(",server") && !address.contains(",reconnect")
    else { return nil }
    return String(address.dropFirst("unix:".count).prefix { $0 != "," })
  }

  /// The path of the socket, log or pid file that it creates; nil if there is none.
  var createdPath: String? {
    if isSocket { return isOn("server") && !isOn("abstract") ? text("path") : nil }
    if option == "chardev", text("backend") == "file" { return text("path") }
    if ["pidfile", "D"].contains(option) { return try? argument?.text() }
    guard option == "vnc", let address = try? argument?.text(), address.hasPrefix("unix:") else { return nil }
    return String(address.dropFirst("unix:".count).prefix { $0 != "," })
  }

  /// The ports on which it listens, except those that QEMU chooses itself.
  var listeningPorts: [ListeningPort] {
    switch option {
    case "chardev" where isSocket && isOn("server") && argument?.members?["to"] == nil:
      return text("port").flatMap { UInt16($0) }.map { port in
        [ListeningPort(protocolName: "tcp", host: text("host") ?? "", number: port)]
      }?.filter { $0.number > 0 } ?? []
    case "netdev": return forwardedPorts
    case "vnc":
      let address = (try? argument?.text()) ?? ""
      guard let match = address.wholeMatch(of: #/([^:,]*):([0-9]{1,5})/#), let display = UInt16(match.2),
        display <= 59635
      else { return [] }
      return [ListeningPort(protocolName: "tcp", host: String(match.1), number: 5900 + display)]
    default: return []
    }
  }

  private var forwardedPorts: [ListeningPort] {
    guard let value = argument?.members?["hostfwd"] else { return [] }
    let rules = value.arrayValue ?? [value]
    return rules.compactMap { rule in
      let text = rule.stringValue ?? rule["str"]?.stringValue ?? ""
      guard let match = text.prefixMatch(of: #/(tcp|udp|):([^:]*):([0-9]{1,5})-/#),
        let port = UInt16(match.3), port > 0
      else { return nil }
      return ListeningPort(
        protocolName: match.1.isEmpty ? "tcp" : String(match.1), host: String(match.2), number: port)
    }
  }
}
