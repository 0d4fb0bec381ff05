import Glibc
import LinuxSystem
import QEMUCommandLine
import QEMUJSON
import QEMUVerification

/// The access to the monitor of a QEMU that `qemuctl` did not start.
public enum MonitorAccess: Sendable, Hashable, CustomStringConvertible {
  /// No client is connected to this Unix socket.
  case free(path: String)
  /// Another client is connected: QEMU serves one client for each monitor.
  case taken(path: String)
  /// Its command line has no QMP monitor that listens on a Unix socket.
  case none
  /// The monitor cannot be determined, or this process cannot connect to it now. The reason includes a remedy.
  case unreachable(reason: String)

  /// The access as a sentence.
  public var description: String {
    switch self {
    case .unreachable(let reason): reason
    case .free(let path): "its monitor \(path) is free"
    case .taken(let path): "its monitor \(path) is held by another client"
    case .none: "it has no QMP monitor that listens on a Unix socket"
    }
  }

  /// The reason why QEMU is not queried.
  var unavailability: MonitorUnavailability {
    switch self {
    case .free, .unreachable: MonitorUnavailability(description, isTemporary: true)
    case .taken:
      MonitorUnavailability(
        "\(description); verify again after that client has disconnected", isTemporary: true)
    case .none: MonitorUnavailability(description, isTemporary: false)
    }
  }
}

/// The Unix sockets in the network namespace of a process.
struct UnixSockets {
  private let lines: [[Substring]]
  private let pid: Int32

  /// The reason why the sockets of the process cannot be determined; nil if they can.
  let obstacle: String?

  init(of pid: Int32) {
    self.pid = pid
    obstacle = Self.obstacle(pid)
    lines = (readProcText("/proc/\(pid)/net/unix") ?? "").split(separator: "\n").dropFirst().map {
      $0.split(separator: " ", maxSplits: 7, omittingEmptySubsequences: true)
    }
  }

  private static func obstacle(_ pid: Int32) -> String? {
    for path in ["/proc/\(pid)/fd", "/proc/\(pid)/net/unix"] where access(path, R_OK) != 0 {
      let help = "run the command as root, or as the user who runs QEMU"
      return "its sockets cannot be determined: \(path): \(SystemError(errno, "").message); \(help)"
    }
    return nil
  }

  /// Returns the path that a descriptor of the process listens on.
  func path(ofDescriptor number: String) -> String? {
    let link = readLink("/proc/\(pid)/fd/\(number)") ?? ""
    guard link.hasPrefix("socket:["), link.hasSuffix("]") else { return nil }
    let inode = link.dropFirst("socket:[".count).dropLast()
    return lines.first { $0.count > 7 && $0[6] == inode }.map { String($0[7]) }
  }

  /// Returns whether a process listens on a path.
  func isListening(_ path: String) -> Bool {
    lines.contains { $0.count > 7 && $0[7] == path && $0[5] == "01" }
  }

  /// Returns whether a client is connected to a path, or is connecting.
  func isConnected(_ path: String) -> Bool {
    lines.contains { $0.count > 7 && $0[7] == path && ($0[5] == "03" || $0[5] == "02") }
  }
}

extension QEMUConfiguration {
  /// The Unix sockets on which QMP monitors listen: each a path, or `fd:N` for a descriptor that was passed.
  var listeningMonitors: [String] {
    let direct = occurrences.filter { $0.option == "qmp" || $0.option == "qmp-pretty" }.compactMap {
      occurrence in
      listener(occurrence.argument as? CharacterDeviceAddress)
    }
    let named = occurrences.compactMap { occurrence -> String? in
      let members = occurrence.argument?.members
      let isMonitor =
        (occurrence.option == "mon" && members?["mode"]?.stringValue == "control")
        || (occurrence.option == "object" && members?["qom-type"]?.stringValue == "monitor-qmp")
      return isMonitor ? members?["chardev"]?.stringValue : nil
    }
    return direct + named.compactMap(listener(ofCharacterDevice:))
  }

  private func listener(_ address: CharacterDeviceAddress?) -> String? {
    switch address {
    case .unixSocket(let path, let properties):
      properties["server"].flatMap { Bool(propertyText: $0) } == true ? path : nil
    case .characterDevice(let id): listener(ofCharacterDevice: id)
    default: nil
    }
  }

  private func listener(ofCharacterDevice id: String) -> String? {
    let device = occurrences.first { $0.option == "chardev" && $0.id == id }
    guard let members = device?.argument?.members, members["backend"]?.stringValue == "socket",
      members["server"]?.boolValue == true
    else { return nil }
    if let path = members["path"]?.stringValue { return path }
    return members["fd"].map { "fd:\($0.stringValue ?? $0.integerValue.map(String.init) ?? "")" }
  }
}
