import Foundation
import LinuxSystem
import QEMULifecycle

/// The processes that the commands of a run have started, and that live.
struct LiveProcesses {
  /// The variable that all of them have in their environment; QEMU is given no other.
  static let mark = "QEMU_CHAOS"

  struct Machine: Hashable {
    let identity: ProcessIdentity
    /// The machine whose log it writes.
    let name: String
  }

  /// The QEMUs of machines.
  private(set) var machines: [Machine] = []
  /// The supervisors.
  private(set) var supervisors: [Machine] = []
  /// The processes that are neither the QEMU of a machine nor its supervisor: probes, children that wait for their
  /// command, commands in a container, supervisors that are about to end.
  private(set) var strays: [String] = []

  init(in state: String) {
    let mark = Data("\(Self.mark)=\(state)\u{0}".utf8)
    for entry in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let pid = Int32(entry), let environment = Self.read("/proc/\(pid)/environ"),
        environment.firstRange(of: mark) != nil, let identity = ProcessIdentity(reading: pid),
        let words = Self.read("/proc/\(pid)/cmdline")?.split(separator: 0).map({
          String(decoding: $0, as: UTF8.self)
        })
      else { continue }
      if words.first?.hasSuffix("/qemuctl-supervisor") == true, words.count > 1 {
        supervisors.append(Machine(identity: identity, name: words[1]))
        continue
      }
      let log = Self.link("/proc/\(pid)/fd/2")
      if log.hasPrefix("\(state)/"), words.contains("-chardev") {
        let name = log.dropFirst(state.count + 1).prefix { $0 != "/" }
        machines.append(Machine(identity: identity, name: String(name)))
      } else {
        strays.append("\(pid): \(words.prefix(6).joined(separator: " "))")
      }
    }
    let running = Set(machines.map(\.name))
    strays += supervisors.filter { !running.contains($0.name) }.map {
      "\($0.identity.pid): supervisor of \($0.name)"
    }
  }

  /// The machines that run twice.
  var doubled: [Machine] { Self.doubled(machines) }

  /// The machines that have two supervisors.
  var doublySupervised: [Machine] { Self.doubled(supervisors) }

  private static func doubled(_ machines: [Machine]) -> [Machine] {
    Dictionary(grouping: machines, by: \.name).values.filter { $0.count > 1 }.flatMap(\.self)
  }

  private static func read(_ path: String) -> Data? {
    // A file of /proc has no size: it is read to its end.
    try? FileHandle(forReadingFrom: URL(filePath: path)).readToEnd()
  }

  private static func link(_ path: String) -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
  }
}
