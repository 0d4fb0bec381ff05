import QEMUCommandLine
import QEMUJSON

/// Checks `-monitor`, `-qmp` and `-qmp-pretty`, whose character devices QEMU numbers in their common order.
@Sendable func monitorCheck(_ property: String, of requested: RequestedOption) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    if wanted == "none" { return try judgeNoMonitor(subject, &reader) }
    if case .characterDevice(let id)? = try? CharacterDeviceAddress(text: wanted) {
      return try judgeMonitor(on: id, &reader)
    }
    let before = subject.configuration.occurrences.prefix(requested.position)
    return try portCheck("compat_monitor\(before.count(where: \.isMonitor))")(wanted, subject, &reader)
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
