import QEMUCommandLine
import QEMUJSON

// Devices of the board that an option other than -device creates.

/// The types of a board's display adapters, by the value of `-vga`.
private let displayAdapters: [String: [String]] = [
  "std": ["VGA", "isa-vga"], "cirrus": ["cirrus-vga", "isa-cirrus-vga"], "vmware": ["vmware-svga"],
  "qxl": ["qxl-vga"], "virtio": ["virtio-vga", "virtio-vga-gl"], "tcx": ["sun-tcx"], "cg3": ["cgthree"],
]

/// Checks `-vga` by the display adapter among the devices of the board.
func checkDisplayAdapter(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let known = Set(displayAdapters.values.joined())
  let directory = "/machine/unattached"
  let live = try childTypes(of: directory, &reader).map(\.type).filter(known.contains)
  let shown = live.isEmpty ? "none" : live.joined(separator: ", ")
  let evidence = Evidence(.children(of: directory), shown)
  guard wanted == "none" || displayAdapters[wanted] != nil else {
    return .unobservable("this library does not know the type of device that it creates", [evidence])
  }
  let isSame =
    wanted == "none" ? live.isEmpty : live.contains { displayAdapters[wanted]?.contains($0) ?? false }
  return .compare(
    isSame, observed: shown, [evidence], else: Remedy(.restart, "restart with -vga \(wanted)"))
}

/// Checks `-nodefaults`: there must be no default serial ports and drives.
func checkNoDefaults(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let (lines, disks) = (QueryRequest("query-chardev"), QueryRequest("query-block"))
  reader.prefetch([lines, disks])
  let names =
    try reader.list(lines).compactMap { $0["label"]?.stringValue }
    + reader.list(disks).compactMap { $0["device"]?.stringValue }
  let asked = Set(subject.driveNames.compactMap(\.self))
  let unasked = defaultNames.filter { name, option in
    names.contains(name) && !asked.contains(name) && !option.contains(where: subject.configuration.has)
  }.map(\.key).sorted()
  let shown = unasked.isEmpty ? "no default devices" : unasked.joined(separator: ", ")
  return .compare(
    unasked.isEmpty, observed: shown, [Evidence(lines, shown), Evidence(disks, shown)],
    else: Remedy(.restart, "restart with -nodefaults"))
}

/// The default devices of QEMU, and the options that create the same.
private let defaultNames: [String: [String]] = [
  "serial0": ["serial", "nographic"], "parallel0": ["parallel", "nographic"], "ide1-cd0": [], "ide2-cd0": [],
  "floppy0": [], "sd0": [],
]

/// Checks `-monitor`, `-qmp` and `-qmp-pretty`, whose character devices QEMU numbers in their common order.
@Sendable func monitorCheck(_ property: String, of requested: RequestedOption) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    if wanted == "none" { return try judgeNoMonitor(subject, &reader) }
    if case .characterDevice(let id)? = try? CharacterDeviceAddress(text: wanted) {
      return try judgeMonitor(on: id, &reader)
    }
    let before = subject.configuration.occurrences.prefix(requested.position)
    return try lineCheck("compat_monitor\(before.count(where: \.isMonitor))")(wanted, subject, &reader)
  }
}

extension Occurrence {
  /// A Boolean value that indicates whether QEMU creates a monitor for it.
  fileprivate var isMonitor: Bool {
    ["monitor", "qmp", "qmp-pretty"].contains(option) && (try? argument?.text()) != .some("none")
  }
}

/// Judges `-monitor none`, without which QEMU creates a default monitor.
private func judgeNoMonitor(
  _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest("query-chardev")
  let labels = try reader.list(query).compactMap { $0["label"]?.stringValue }
  let live = labels.filter { $0.hasPrefix("compat_monitor") && !$0.hasSuffix("-base") }
  let asked = subject.configuration.occurrences.count(where: \.isMonitor)
  return .compare(
    live.count <= asked, observed: live.count <= asked ? "none" : live.joined(separator: ", "),
    [Evidence(query, "\(live.count) monitors, of which \(asked) were requested")],
    else: Remedy(.restart, "restart with -monitor none"))
}

/// Checks `-mon` by the state of its character device.
@Sendable func monitorObjectCheck(_ property: String, of requested: RequestedOption) -> Check {
  guard property == "chardev" else { return unobservable("QEMU does not show \(property) of a monitor") }
  return { (wanted, _, reader) throws(EvidenceMissing) in try judgeMonitor(on: wanted, &reader) }
}

/// Judges a monitor on a character device of another option: the device must be in use.
private func judgeMonitor(
  on device: String, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest("query-chardev")
  guard let shown = try reader.list(query).first(where: { $0["label"]?.stringValue == device }) else {
    return .compare(
      false, observed: "no such character device", [Evidence(query, "no \(device)")],
      else: Remedy(.restart, "restart with the character device and the monitor"))
  }
  guard shown["frontend-open"]?.boolValue == true else {
    return .unobservable("a monitor opens the character device only when a client connects")
  }
  return .compare(
    true, observed: device, [Evidence(query, "\(device): in use")],
    else: Remedy(.restart, "restart with the monitor"))
}

/// Checks `-incoming` by the run state and the address of the migration.
@Sendable func incomingCheck(_ property: String, of requested: RequestedOption) -> Check {
  let (status, migration) = (QueryRequest("query-status"), QueryRequest("query-migrate"))
  return { (wanted, _, reader) throws(EvidenceMissing) in
    reader.prefetch([status, migration])
    let state = try reader.value(status)?["status"]?.stringValue ?? "unknown"
    let addresses = try reader.value(migration)?["socket-address"]?.arrayValue ?? []
    guard state == "inmigrate" else {
      return .unobservable("QEMU no longer waits for a migration", [Evidence(status, state)])
    }
    let shown = addresses.map { (try? $0.serialised()) ?? "" }.joined(separator: "; ")
    let evidence = [Evidence(status, state)] + (shown.isEmpty ? [] : [Evidence(migration, shown)])
    let remedy = Remedy(.restart, "restart with -incoming \(wanted)")
    if wanted == "defer" { return .compare(true, observed: "defer", evidence, else: remedy) }
    guard let address = addresses.first else {
      return .unobservable("QEMU waits for a migration, and does not show its address", evidence)
    }
    let members = Set((address.objectValue ?? [:]).map { $0.value.commandLineText })
    if property.isEmpty {
      return .compare(
        isAddress(members, saidBy: wanted), observed: shown, evidence, else: remedy)
    }
    guard let value = address[property.split(separator: ".").last.map(String.init) ?? property] else {
      return .unobservable("QEMU does not show \(property) of an incoming migration", evidence)
    }
    // The host chooses the port for 0.
    return .compare(
      value.commandLineText == wanted || wanted == "0", observed: value.commandLineText, evidence,
      else: remedy)
  }
}

/// Returns whether an address matches `tcp:HOST:PORT` or `unix:PATH`. Port 0 matches any port, and the host is ignored.
private func isAddress(_ members: Set<String>, saidBy wanted: String) -> Bool {
  if wanted.hasPrefix("unix:") { return members.contains(String(wanted.dropFirst("unix:".count))) }
  let parts = wanted.split(separator: ":").dropFirst()
  guard let port = parts.last else { return false }
  return port == "0" || members.contains(String(port))
}

/// Checks `-trace enable=` by the state of each event.
@Sendable func traceCheck(_ property: String, of requested: RequestedOption) -> Check {
  if property == "file" { return writtenFileCheck("trace file=") }
  guard property == "enable" || property.isEmpty else {
    return unobservable("QEMU does not show \(property) of -trace")
  }
  return { (wanted, _, reader) throws(EvidenceMissing) in
    // A pattern that begins with a dash disables events.
    let isOn = !wanted.hasPrefix("-")
    let query = QueryRequest(
      "trace-event-get-state", ["name": .string(isOn ? wanted : String(wanted.dropFirst()))])
    let events = try reader.value(query)?.arrayValue ?? []
    guard let first = events.first else { return .unobservable("QEMU has no such event") }
    let isSame = events.allSatisfy {
      ($0["state"]?.stringValue == "enabled") == isOn || $0["state"]?.stringValue == "unavailable"
    }
    if !isSame, wanted == "kvm_vm_ioctl", let calls = try reader.text(.kvmCalls) {
      return .compare(
        true, observed: "enabled", [Evidence(.kvmCalls, "\(calls.lines.count) calls")],
        reason: "it was enabled at the start, and disabled later", else: Remedy(.live, ""))
    }
    let shown = "\(events.count) events, the first \(first["state"]?.stringValue ?? "unknown")"
    return .compare(
      isSame, observed: first["state"]?.stringValue ?? "unknown", [Evidence(query, shown)],
      else: Remedy(.live, "enable or disable it with trace-event-set-state"))
  }
}
