import QEMUCommandLine
import QEMUJSON
import QEMUVerification

/// The properties that QEMU changes while it runs, and means it.
///
/// That QEMU takes a `qom-set` proves nothing: of the machine it takes any, and does nothing. What is not here needs a restart.
enum LiveProperty {
  /// How a property is brought to what is wanted; nil where it cannot be.
  static func change(_ finding: Finding, in wanted: QEMUConfiguration) -> Change? {
    let commands = rows.lazy.filter { $0.option == finding.option && $0.covers(finding.property) }
      .compactMap { $0.commands(finding, occurrence(of: finding, in: wanted)) }.first
    guard let commands else { return nil }
    let action =
      finding.property.isEmpty
      ? "set to \(finding.requested)" : "change \(finding.property) to \(finding.requested)"
    // A node is opened anew with all that it is to have, a character device as well.
    let isWhole = finding.option == "blockdev" || finding.option == "chardev"
    return .live(finding.option, finding.instance, isWhole ? "open anew as it is wanted" : action, commands)
  }

  /// What leaves a property to QEMU again; nil where only a start does.
  static func undoing(_ finding: Finding) -> Change.Command? {
    switch (finding.option, finding.property) {
    case ("no-reboot", _), ("action", "reboot"): Change.Command("set-action", ["reboot": "reset"])
    case ("no-shutdown", _), ("action", "shutdown"): Change.Command("set-action", ["shutdown": "poweroff"])
    case ("action", "watchdog"), ("watchdog-action", _):
      Change.Command("watchdog-set-action", ["action": "reset"])
    case ("trace", "enable") where !finding.requested.hasPrefix("-"):
      Change.Command("trace-event-set-state", ["name": .string(finding.requested), "enable": false])
    default: nil
    }
  }

  private static func occurrence(of finding: Finding, in wanted: QEMUConfiguration) -> Occurrence? {
    wanted.occurrences.last {
      $0.option == finding.option && ($0.liveID == finding.instance || $0.liveID == nil)
    }
  }

  private struct Row {
    let option: String
    /// Empty for every property.
    let properties: Set<String>
    let commands: @Sendable (Finding, Occurrence?) -> [Change.Command]?

    func covers(_ property: String) -> Bool { properties.isEmpty || properties.contains(property) }
  }

  private static let rows: [Row] = [
    Row(option: "accel", properties: ["one-insn-per-tb"]) { finding, _ in
      guard let value = Bool(propertyText: finding.requested) else { return nil }
      return [
        Change.Command(
          "human-monitor-command", ["command-line": .string("one-insn-per-tb \(value ? "on" : "off")")])
      ]
    },
    Row(
      option: "object",
      properties: [
        "poll-max-ns", "poll-grow", "poll-shrink", "poll-weight", "aio-max-batch", "thread-pool-min",
        "thread-pool-max",
      ]
    ) { finding, occurrence in
      guard occurrence?.member("qom-type") == "iothread", let number = Int64(finding.requested) else {
        return nil
      }
      return [set("/objects/\(finding.instance)", finding.property, .integer(number))]
    },
    Row(option: "object", properties: []) { finding, occurrence in
      guard occurrence?.member("qom-type") == "throttle-group", let number = Int64(finding.requested) else {
        return nil
      }
      let name = finding.property.replacing(#/^(x-|limits\.)/#, with: "")
      return [set("/objects/\(finding.instance)", "limits", .object([name: .integer(number)]))]
    },
    Row(option: "device", properties: ["bootindex", "guest-stats-polling-interval"]) { finding, _ in
      guard let number = Int64(finding.requested) else { return nil }
      return [set("/machine/peripheral/\(finding.instance)", finding.property, .integer(number))]
    },
    Row(option: "device", properties: ["drive"]) { finding, occurrence in
      // Only a disc can be changed under a guest, which is told by its tray.
      guard occurrence?.member("driver")?.hasSuffix("-cd") == true else { return nil }
      let id: JSONObject = ["id": .string(finding.instance)]
      var (open, insert) = (id, id)
      open["force"] = true
      insert["node-name"] = .string(finding.requested)
      return [
        Change.Command("blockdev-open-tray", open), Change.Command("blockdev-remove-medium", id),
        Change.Command("blockdev-insert-medium", insert), Change.Command("blockdev-close-tray", id),
      ]
    },
    Row(
      option: "blockdev",
      properties: ["read-only", "detect-zeroes", "cache.direct", "cache.no-flush", "discard"]
    ) { _, occurrence in
      guard let members = occurrence?.argument?.members else { return nil }
      return [Change.Command("blockdev-reopen", ["options": .array([.object(members)])])]
    },
    Row(option: "chardev", properties: []) { finding, occurrence in
      guard let members = occurrence?.argument?.members, let backend = CharacterBackend.json(members) else {
        return nil
      }
      return [Change.Command("chardev-change", ["id": .string(finding.instance), "backend": backend])]
    },
    Row(option: "action", properties: ["reboot", "shutdown", "panic", "watchdog"]) { finding, _ in
      [Change.Command("set-action", [finding.property: .string(finding.requested)])]
    },
    Row(option: "no-reboot", properties: []) { _, _ in [Change.Command("set-action", ["reboot": "shutdown"])]
    },
    Row(option: "no-shutdown", properties: []) { _, _ in [Change.Command("set-action", ["shutdown": "pause"])]
    },
    Row(option: "watchdog-action", properties: []) { finding, _ in
      [Change.Command("watchdog-set-action", ["action": .string(finding.requested)])]
    },
    Row(option: "trace", properties: ["enable", ""]) { finding, _ in
      let isOn = !finding.requested.hasPrefix("-")
      let name = isOn ? finding.requested : String(finding.requested.dropFirst())
      return [Change.Command("trace-event-set-state", ["name": .string(name), "enable": .bool(isOn)])]
    },
  ]

  private static func set(_ path: String, _ property: String, _ value: JSON) -> Change.Command {
    Change.Command("qom-set", ["path": .string(path), "property": .string(property), "value": value])
  }
}

extension Occurrence {
  fileprivate func member(_ name: String) -> String? { argument?.members?[name]?.stringValue }
}

/// A character device as QMP has it, which is not how the command line has it.
enum CharacterBackend {
  /// The backend of an option's members; nil where this library knows no form of it.
  static func json(_ members: JSONObject) -> JSON? {
    func text(_ name: String) -> String? { members[name]?.stringValue }
    func flag(_ name: String) -> JSON? { members[name].flatMap(boolean).map(JSON.bool) }
    let backend = text("backend") ?? ""
    var data: JSONObject = [:]
    let understood: Set<String>
    switch backend {
    case "null", "pty", "vc":
      understood = []
    case "file":
      guard let path = text("path") else { return nil }
      data["out"] = .string(path)
      data["append"] = flag("append")
      understood = ["path", "append"]
    case "ringbuf":
      data["size"] = members["size"].flatMap { size in
        size.unsignedValue.map(JSON.init)
          ?? size.stringValue.flatMap { ByteCount(propertyText: $0) }.map { JSON($0.bytes) }
      }
      understood = ["size"]
    case "socket":
      guard let address = address(members) else { return nil }
      data["addr"] = address
      data["server"] = flag("server") ?? .bool(false)
      for name in ["wait", "nodelay", "telnet", "websocket"] { data[name] = flag(name) }
      understood = ["path", "host", "port", "server", "wait", "nodelay", "telnet", "websocket", "abstract"]
    default: return nil
    }
    data["logfile"] = members["logfile"]
    data["logappend"] = flag("logappend")
    let common: Set = ["id", "backend", "logfile", "logappend"]
    guard members.allSatisfy({ understood.contains($0.name) || common.contains($0.name) }) else { return nil }
    return ["type": .string(backend), "data": .object(data)]
  }

  private static func address(_ members: JSONObject) -> JSON? {
    if let path = members["path"]?.stringValue {
      var data: JSONObject = ["path": .string(path)]
      data["abstract"] = members["abstract"].flatMap(boolean).map(JSON.bool)
      return ["type": "unix", "data": .object(data)]
    }
    guard let port = members["port"].map({ $0.stringValue ?? (try? $0.serialised()) ?? "" }) else {
      return nil
    }
    let host = members["host"]?.stringValue ?? ""
    return ["type": "inet", "data": ["host": .string(host), "port": .string(port)]]
  }

  private static func boolean(_ value: JSON) -> Bool? {
    value.boolValue ?? value.stringValue.flatMap { Bool(propertyText: $0) }
  }
}
