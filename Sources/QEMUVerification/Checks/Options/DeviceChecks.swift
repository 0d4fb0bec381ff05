import QEMUCommandLine
import QEMUJSON

/// Checks one property of `-device` by the properties of the device object.
@Sendable func deviceCheck(_ property: String, of requested: RequestedOption) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    guard let path = try devicePath(of: requested, subject, &reader) else {
      return missingDevice(requested, wanted)
    }
    switch property {
    case "driver": return try judgeDriver(wanted, path, requested, &reader)
    case "id":
      return .compare(
        true, observed: wanted, [Evidence(.children(of: "/machine/peripheral"), wanted)],
        else: restartRemedy(requested))
    case "bus": return try judgeBus(wanted, path, requested, &reader)
    case "addr": return try judgeAddress(wanted, path, requested, &reader)
    case "drive": return try judgeDrive(wanted, path, requested, &reader)
    default: return try judgeProperty(wanted, property, of: path, &reader, remedy: restartRemedy(requested))
    }
  }
}

/// Judges `drive=`. A USB disk passes its drive to a disk that it creates, which is found in the list of disks.
private func judgeDrive(
  _ wanted: String, _ path: String, _ requested: RequestedOption, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest.property("drive", of: path)
  let live = try reader.value(query)?.stringValue
  guard live == "" else {
    let judgement = try judgeProperty(wanted, "drive", of: path, &reader, remedy: restartRemedy(requested))
    guard judgement.verdict == .drifted, let live, let graph = try? BlockGraph.read(&reader) else {
      return judgement
    }
    let node = graph.beneathFilters(live)
    if node == wanted {
      return .compare(
        true, observed: node, judgement.evidence,
        reason: "\(live) is a filter that a block job has added while it runs",
        else: restartRemedy(requested))
    }
    return judgement.explained(by: ImageMove(ofNode: node, from: wanted, in: graph))
  }
  let list = QueryRequest("query-block")
  let disk = try reader.list(list).first {
    $0["qdev"]?.stringValue?.hasPrefix(path + "/") ?? false
  }
  let names = [disk?["device"]?.stringValue, disk?["inserted"]?["node-name"]?.stringValue].compactMap(\.self)
  let shown = names.first { !$0.isEmpty } ?? "none"
  return .compare(
    names.contains(wanted), observed: shown,
    [Evidence(list, "\(disk?["qdev"]?.stringValue ?? path): \(shown)")],
    else: restartRemedy(requested))
}

private func restartRemedy(_ requested: RequestedOption) -> Remedy {
  let text = (try? requested.occurrence.words().joined(separator: " ")) ?? "-device"
  return Remedy(.restart, "restart with \(text)")
}

/// Returns the judgement of a device that was unplugged after the start.
private func missingDevice(_ requested: RequestedOption, _ wanted: String) -> Judgement {
  .compare(
    false, observed: "no such device",
    [Evidence(.children(of: requested.occurrence.id == nil ? anonymous : named), "it does not exist")],
    reason: "the device does not exist", else: Remedy(.live, "add it with device_add, or restart"))
}

private let named = "/machine/peripheral"
private let anonymous = "/machine/peripheral-anon"

/// Returns the QOM path of the device; nil if it does not exist.
func devicePath(
  of requested: RequestedOption, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> String? {
  if let id = requested.occurrence.id {
    return try childType(id, of: named, &reader).map { _ in "\(named)/\(id)" }
  }
  guard let place = subject.anonymousDevices.firstIndex(of: requested.index) else { return nil }
  let name = "device[\(place + (try subject.devicesBeforeOwn(&reader)))]"
  return try childType(name, of: anonymous, &reader).map { _ in "\(anonymous)/\(name)" }
}

extension Subject {
  /// Returns the number of devices without an id that QEMU creates before those of the request: since 11.0 the
  /// controller of `-audio model=hda`.
  fileprivate func devicesBeforeOwn(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> Int {
    let hasController = configuration.occurrences.contains {
      $0.option == "audio" && RequestedOption(occurrence: $0, index: 0)["model"] == "hda"
    }
    guard hasController else { return 0 }
    let live = try childTypes(of: anonymous, &reader)
    let isFirst = live.contains { $0.name == "device[0]" && $0.type == "intel-hda" }
    return isFirst && live.count > anonymousDevices.count ? 1 : 0
  }

  /// Returns the devices without an id in the order in which QEMU creates them: those in JSON last.
  static func anonymousDevices(of configuration: QEMUConfiguration) -> [Int?] {
    var plain: [Int?] = []
    var inJSON: [Int?] = []
    var number = 0
    for occurrence in configuration.occurrences {
      if occurrence.option == "virtfs" { plain.append(nil) }
      guard let device = occurrence.argument as? DeviceOption else { continue }
      defer { number += 1 }
      if device.id != nil { continue }
      if case .json = device.form { inJSON.append(number) } else { plain.append(number) }
    }
    // QEMU creates disks with if=virtio after the devices that are not in JSON.
    let disks = configuration.occurrences.filter {
      $0.option == "drive" && RequestedOption(occurrence: $0, index: 0)["if"] == "virtio"
    }
    return plain + disks.map { _ in nil } + inJSON
  }
}

/// Judges the device's type, or an alias of it by QEMU's list of devices.
private func judgeDriver(
  _ wanted: String, _ path: String, _ requested: RequestedOption, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  // The list that shows that the device exists also shows its type.
  let directory = requested.occurrence.id == nil ? anonymous : named
  let name = String(path.dropFirst(directory.count + 1))
  guard let type = try childType(name, of: directory, &reader) else {
    return .unobservable("QEMU does not show the device's type")
  }
  let evidence = Evidence(.children(of: directory), "\(name): \(type)")
  if type == wanted { return .compare(true, observed: type, [evidence], else: restartRemedy(requested)) }
  let list = QueryRequest.monitor("info qdm")
  let line = try reader.words(list).lines.first { $0.hasPrefix("name \"\(type)\"") }
  let isAlias = line?.contains("alias \"\(wanted)\"") ?? false
  return .compare(
    isAlias, observed: type,
    [evidence] + (isAlias ? [Evidence(list, "\(type) has the alias \(wanted)")] : []),
    reason: isAlias ? "\(wanted) is an alias of \(type)" : nil, else: restartRemedy(requested))
}

/// Judges the bus by the device's parent bus.
private func judgeBus(
  _ wanted: String, _ path: String, _ requested: RequestedOption, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest.property("parent_bus", of: path)
  guard let bus = try reader.value(query)?.stringValue, !bus.isEmpty else {
    return .unobservable("QEMU does not show the bus of this device")
  }
  // A bus may be specified by a path of devices.
  let name = wanted.split(separator: "/").last.map(String.init) ?? wanted
  return .compare(
    bus.split(separator: "/").last.map(String.init) == name, observed: bus, [Evidence(query, bus)],
    else: restartRemedy(requested))
}

/// Judges `addr=`. Only for a PCI device it is a slot and a function, both in hexadecimal.
private func judgeAddress(
  _ wanted: String, _ path: String, _ requested: RequestedOption, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let pci = QueryRequest.property("multifunction", of: path)
  let query = QueryRequest.property("addr", of: path)
  reader.prefetch([pci, query])
  guard case .value = try reader.answer(pci), !requested.isNumber("addr") else {
    return try judgeProperty(wanted, "addr", of: path, &reader, remedy: restartRemedy(requested))
  }
  guard let live = try reader.value(query)?.integerValue else {
    return .unobservable("QEMU does not show the device's address")
  }
  let observed = "\(String(live >> 3, radix: 16)).\(live & 7)"
  return .compare(
    devfn(wanted) == live, observed: observed,
    [Evidence(query, "\(live), which is slot and function \(observed)")],
    else: restartRemedy(requested))
}

extension RequestedOption {
  /// Returns whether a property is a number in JSON, which has another meaning than the same digits in a text.
  fileprivate func isNumber(_ property: String) -> Bool {
    guard let device = occurrence.argument as? DeviceOption, case .json(let object) = device.form else {
      return false
    }
    return object[property]?.integerValue != nil
  }
}

/// Returns the number of a slot and a function, such as `5` or `0x1f.2`.
private func devfn(_ text: String) -> Int64? {
  let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map { part in
    Int64(part.lowercased().hasPrefix("0x") ? part.dropFirst(2) : part, radix: 16)
  }
  // A bus has 32 slots of 8 functions.
  guard let slot = parts[0], 0..<32 ~= slot, let function = parts.count > 1 ? parts[1] : 0, 0..<8 ~= function
  else { return nil }
  return slot << 3 | function
}
