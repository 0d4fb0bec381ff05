import QEMUCommandLine
import QEMUJSON
import QEMUVerification

extension LiveProperty {
  static let rows: [Row] = [
    Row(option: "accel", properties: ["one-insn-per-tb"]) { finding, _, _ in
      guard let value = Bool(propertyText: finding.requested) else { return nil }
      return [.monitor("one-insn-per-tb \(value ? "on" : "off")")]
    },
    Row(option: "smp", properties: ["cpus"]) { finding, _, live in
      guard let wanted = Int(finding.requested), let present = finding.observed.flatMap({ Int($0) }),
        wanted > present, live.freeCPUs.count >= wanted - present
      else { return nil }
      return (present..<wanted).map { number in
        var cpu = live.freeCPUs[number - present]
        cpu["id"] = .string("cpu\(number)")
        return Change.Command("device_add", cpu)
      }
    },
    Row(
      option: "object",
      properties: [
        "poll-max-ns", "poll-grow", "poll-shrink", "poll-weight", "aio-max-batch", "thread-pool-min",
        "thread-pool-max",
      ]
    ) { finding, occurrence, _ in
      guard occurrence?.member("qom-type") == "iothread", let number = Int64(finding.requested) else {
        return nil
      }
      return [set("/objects/\(finding.instance)", finding.property, .integer(number))]
    },
    Row(option: "object", properties: []) { finding, occurrence, _ in
      guard occurrence?.member("qom-type") == "throttle-group", let number = Int64(finding.requested) else {
        return nil
      }
      let name = finding.property.replacing(#/^(x-|limits\.)/#, with: "")
      return [set("/objects/\(finding.instance)", "limits", .object([name: .integer(number)]))]
    },
    Row(option: "object", properties: ["cpu-affinity."]) {
      finding, occurrence, _ in
      guard occurrence?.member("qom-type") == "thread-context",
        let processors = occurrence?.argument?.members?["cpu-affinity"]
      else { return nil }
      return [set("/objects/\(finding.instance)", "cpu-affinity", processors)]
    },
    Row(option: "device", properties: ["requested-size"]) { finding, occurrence, _ in
      guard occurrence?.member("driver")?.hasPrefix("virtio-mem") == true,
        let size = ByteCount(propertyText: finding.requested)
      else { return nil }
      return [set("/machine/peripheral/\(finding.instance)", "requested-size", JSON(size.bytes))]
    },
    Row(option: "device", properties: ["bootindex", "guest-stats-polling-interval"]) { finding, _, _ in
      guard let number = Int64(finding.requested) else { return nil }
      return [set("/machine/peripheral/\(finding.instance)", finding.property, .integer(number))]
    },
    Row(option: "device", properties: ["drive"]) { finding, occurrence, _ in
      // Only the medium of a CD-ROM drive can be changed: the guest notices it by the tray.
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
      properties: [
        "read-only", "detect-zeroes", "cache.direct", "cache.no-flush", "discard", "size", "offset",
        "lazy-refcounts", "l2-cache-size", "discard-no-unref",
      ]
    ) { _, occurrence, _ in
      // Formats other than raw have their size in the image.
      guard let members = occurrence?.argument?.members, isReopened(members) else { return nil }
      return [Change.Command("blockdev-reopen", ["options": .array([.object(members)])])]
    },
    Row(option: "drive", properties: Throttle.properties) {
      finding, occurrence, live in
      guard let members = occurrence?.argument?.members, let device = live.driveDevices[finding.instance]
      else {
        return nil
      }
      return Throttle(members).map { [Change.Command("block_set_io_throttle", $0.arguments(of: device))] }
    },
    Row(option: "drive", properties: ["file"]) { finding, occurrence, live in
      guard let members = occurrence?.argument?.members, members["media"] == "cdrom",
        let device = live.driveDevices[finding.instance]
      else { return nil }
      var medium: JSONObject = ["id": .string(device), "filename": .string(finding.requested), "force": true]
      medium["format"] = members["format"]
      return [Change.Command("blockdev-change-medium", medium)]
    },
    Row(option: "netdev", properties: ["hostfwd."], reset: forwardRemoval) { finding, occurrence, _ in
      guard occurrence?.member("type") == "user" else { return nil }
      return [.monitor("hostfwd_add \(finding.instance) \(finding.requested)")]
    },
    Row(
      option: "vnc", properties: ["vnc"],
      rollbackCommands: { live in live.vncAddresses.prefix(1).compactMap(displayUpdate) }
    ) { finding, _, live in
      guard live.vncAddresses.count == 1, let address = vncAddress(finding.requested) else { return nil }
      return displayUpdate([address]).map { [$0] }
    },
    Row(option: "d", properties: [], reset: { _ in .monitor("log none") }) { finding, _, _ in
      [.monitor("log \(finding.requested)")]
    },
    Row(option: "D", properties: []) { finding, _, _ in [.monitor("logfile \(finding.requested)")] },
    Row(
      option: "chardev", properties: [], impediment: characterDeviceInUse
    ) { finding, occurrence, _ in
      guard let members = occurrence?.argument?.members, let backend = CharacterBackend.json(members) else {
        return nil
      }
      return [Change.Command("chardev-change", ["id": .string(finding.instance), "backend": backend])]
    },
    Row(
      option: "action", properties: ["reboot", "shutdown", "panic", "watchdog"],
      reset: { finding in defaultActions[finding.property].map { action(finding.property, $0) } }
    ) { finding, _, _ in [action(finding.property, finding.requested)] },
    Row(option: "no-reboot", properties: [], reset: { _ in action("reboot", "reset") }) { _, _, _ in
      [action("reboot", "shutdown")]
    },
    Row(option: "no-shutdown", properties: [], reset: { _ in action("shutdown", "poweroff") }) { _, _, _ in
      [action("shutdown", "pause")]
    },
    Row(
      option: "watchdog-action", properties: [],
      reset: { _ in Change.Command("watchdog-set-action", ["action": "reset"]) }
    ) { finding, _, _ in
      [Change.Command("watchdog-set-action", ["action": .string(finding.requested)])]
    },
    Row(
      option: "trace", properties: ["enable", "trace"],
      reset: { finding in
        finding.property == "enable" && !finding.requested.hasPrefix("-")
          ? event(finding.requested, false) : nil
      }
    ) { finding, _, _ in
      let isOn = !finding.requested.hasPrefix("-")
      return [event(isOn ? finding.requested : String(finding.requested.dropFirst()), isOn)]
    },
  ]

  /// QEMU's actions without an option. It has no command for the default of `panic`.
  private static let defaultActions = ["reboot": "reset", "shutdown": "poweroff", "watchdog": "reset"]

  private static func action(_ event: String, _ action: String) -> Change.Command {
    Change.Command("set-action", [event: .string(action)])
  }

  private static func event(_ name: String, _ isOn: Bool) -> Change.Command {
    Change.Command("trace-event-set-state", ["name": .string(name), "enable": .bool(isOn)])
  }

  /// Returns the command that removes a forwarding rule. QEMU identifies a rule by its host port, which it may have
  /// chosen itself.
  private static let forwardRemoval: @Sendable (Finding) -> Change.Command? = { finding in
    finding.observed?.wholeMatch(of: #/(TCP|UDP)\[HOST_FORWARD\] \d+ (\S+) (\d+) .*/#).map { rule in
      let host = rule.2 == "*" ? "" : rule.2
      return .monitor(
        "hostfwd_remove \(finding.instance) \(rule.1.lowercased()):\(host):\(rule.3)",
        successText: "removed")
    }
  }

  /// A monitor does not release its character device, and a guest's port releases it only while the guest is running.
  private static let characterDeviceInUse:
    @Sendable (Finding, QEMUConfiguration, [Occurrence], LiveInventory) -> (ChangeKind, String)? =
      { finding, wanted, known, live in
        if let own = occurrence(of: finding, in: wanted), own.listeningAddress != nil,
          known.contains(where: { $0.liveID == own.liveID && $0.listeningAddress == own.listeningAddress })
        {
          return (
            .restart,
            "it listens at this address, and QEMU opens the new socket before it closes the old one: a port would be in use, and the file of a Unix socket would be removed"
          )
        }
        let users = wanted.occurrences.filter { $0.member("chardev") == finding.instance }
        if users.contains(where: { $0.option == "mon" }) {
          return (.restart, "a monitor uses it until QEMU exits")
        }
        let port = users.first { ["virtconsole", "virtserialport"].contains($0.member("driver")) }
        guard let port, live.runState != "running" else { return nil }
        return (
          .impossible,
          "\(port.liveID ?? "a port of the guest") releases it only while the guest is running: resume the guest first"
        )
      }

  /// Returns the command that moves a VNC display; nil if it does not listen.
  private static func displayUpdate(_ addresses: JSON) -> Change.Command? {
    if addresses.arrayValue?.isEmpty != false { return nil }
    return Change.Command("display-update", ["type": "vnc", "addresses": addresses])
  }

  /// Returns the address of `unix:PATH` or `HOST:DISPLAY`, where display N is port 5900 + N; nil for any other text.
  private static func vncAddress(_ text: String) -> JSON? {
    if text.hasPrefix("unix:") { return ["type": "unix", "path": .string(String(text.dropFirst(5)))] }
    guard let match = text.wholeMatch(of: #/(.*):([0-9]{1,5})/#), let display = UInt16(match.2) else {
      return nil
    }
    return [
      "type": "inet", "host": .string(String(match.1)), "port": .string(String(5900 + Int(display))),
    ]
  }

  /// Returns whether reopening sets all properties of a node: only a raw node can change its size and offset.
  private static func isReopened(_ members: JSONObject) -> Bool {
    (members["size"] == nil && members["offset"] == nil) || members["driver"] == "raw"
  }

  private static func set(_ path: String, _ property: String, _ value: JSON) -> Change.Command {
    Change.Command("qom-set", ["path": .string(path), "property": .string(property), "value": value])
  }
}

extension Occurrence {
  /// The address that a character device listens on; nil if it does not listen.
  fileprivate var listeningAddress: [String]? {
    guard option == "chardev", member("backend") == "socket", let members = argument?.members,
      let server = members["server"],
      server == true || server.stringValue.flatMap(Bool.init(propertyText:)) == true
    else { return nil }
    return ["path", "abstract", "host", "port"].map { name in
      members[name].flatMap { $0.stringValue ?? $0.integerValue.map(String.init) } ?? ""
    }
  }

  fileprivate func member(_ name: String) -> String? { argument?.members?[name]?.stringValue }
}
