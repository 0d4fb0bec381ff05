import QEMUCommandLine
import QEMUJSON

// Options that pass files, descriptors and other programs of the host to QEMU.

/// Judges a file that QEMU keeps open, by the list of its descriptors.
func judgeOpenFile(
  _ path: String, _ remedy: Remedy, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let files = try reader.text(.descriptors) else {
    return .unobservable(reader.absence(of: .descriptors))
  }
  let end = path.hasPrefix("/") ? " " + path : "/" + path
  guard let line = files.lines.first(where: { $0.hasSuffix(end) }), !path.isEmpty else {
    return .unobservable("no descriptor has this name; a link or a renamed file has another")
  }
  return .compare(true, observed: path, [Evidence(.descriptors, String(line))], else: remedy)
}

/// Returns the check of an option whose value is a file that QEMU writes to.
func writtenFileCheck(_ option: String) -> Check {
  { (wanted, _, reader) throws(EvidenceMissing) in
    try judgeOpenFile(wanted, Remedy(.restart, "restart with -\(option) \(wanted)"), &reader)
  }
}

/// Returns the check of `-perfmap` and `-jitdump`, whose file has a name with the pid: `/tmp/perf-PID.map`.
func processFileCheck(from start: String, to end: String) -> Check {
  { (_, _, reader) throws(EvidenceMissing) in
    guard let files = try reader.text(.descriptors) else {
      return .unobservable(reader.absence(of: .descriptors))
    }
    let line = files.lines.first { line in
      guard let name = line.split(separator: "/").last, name.hasPrefix(start), name.hasSuffix(end) else {
        return false
      }
      return name.dropFirst(start.count).dropLast(end.count).allSatisfy(\.isNumber)
    }
    return .compare(
      line != nil, observed: (line != nil).propertyText,
      [Evidence(.descriptors, line.map(String.init) ?? "no \(start)PID\(end)")],
      else: Remedy(.restart, "restart with it under tcg, with a /tmp that QEMU can write to"))
  }
}

/// Checks one property of `-add-fd`. QMP: `query-fdsets`
@Sendable func descriptorSetCheck(_ property: String, of requested: RequestedOption) -> Check {
  let query = QueryRequest("query-fdsets")
  let number = requested["set"].flatMap { Int64(propertyText: $0) }
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    let sets = try reader.list(query)
    let remedy = Remedy(.restart, "restart with the descriptor, or pass it with add-fd over a Unix socket")
    guard let set = sets.first(where: { $0["fdset-id"]?.integerValue == number }) else {
      return .compare(
        false, observed: "no such set", [Evidence(query, "\(sets.count) sets")], else: remedy)
    }
    let members = set["fds"]?.arrayValue ?? []
    let evidence = [Evidence(query, (try? set.serialised()) ?? "set \(requested["set"] ?? "")")]
    switch property {
    case "set": return .compare(true, observed: wanted, evidence, else: remedy)
    case "opaque":
      let names = members.compactMap { $0["opaque"]?.stringValue }
      return .compare(
        names.contains(wanted), observed: names.joined(separator: ", "), evidence, else: remedy)
    case "fd":
      // QEMU duplicates the descriptor and closes the original, so its number is not shown.
      let asked = subject.configuration.occurrences.count {
        $0.option == "add-fd" && RequestedOption(occurrence: $0, index: 0)["set"] == requested["set"]
      }
      return .compare(
        members.count >= asked, observed: members.count >= asked ? wanted : "\(members.count) of \(asked)",
        evidence, reason: "the set has as many descriptors as were requested", else: remedy)
    default: return .unobservable("QEMU does not show \(property) of a set of descriptors")
    }
  }
}

/// Checks one property of `-tpmdev` by QEMU's list of TPM back ends that a device uses. QMP: `query-tpm`
@Sendable func trustedPlatformCheck(_ property: String, of requested: RequestedOption) -> Check {
  let query = QueryRequest("query-tpm")
  let remedy = Remedy(.restart, "restart with -tpmdev as requested")
  return { (wanted, _, reader) throws(EvidenceMissing) in
    let backends = try reader.list(query)
    guard let backend = backends.first(where: { $0["id"]?.stringValue == requested.instance }) else {
      return .unobservable("QEMU lists a TPM only when a device uses it: -device tpm-tis,tpmdev=…")
    }
    let value = trustedPlatformMembers[property].flatMap { backend.member($0) }
    guard let shown = value else {
      return .unobservable("QEMU does not show \(property) of a TPM", [Evidence(query, requested.instance)])
    }
    return judge(
      wanted, shown, Evidence(query, "\(requested.instance): \(property): \(shown.commandLineText)"), remedy)
  }
}

private let trustedPlatformMembers: [String: [String]] = [
  "id": ["id"], "backend": ["options", "type"], "type": ["options", "type"],
  "chardev": ["options", "data", "chardev"], "path": ["options", "data", "path"],
  "cancel-path": ["options", "data", "cancel-path"],
]

/// The types of the devices that `-usbdevice` creates.
private let usbDevices = [
  "tablet": "usb-tablet", "mouse": "usb-mouse", "keyboard": "usb-kbd", "braille": "usb-braille",
  "wacom-tablet": "usb-wacom-tablet", "ccid": "usb-ccid",
]

/// The check of `-usbdevice`, by the devices of the board.
let usbDeviceCheck: Check = { (wanted, _, reader) throws(EvidenceMissing) in
  guard let type = usbDevices[wanted] else {
    return .unobservable("this library does not know the type of device that it creates")
  }
  let parent = "/machine/unattached"
  let isThere = try childTypes(of: parent, &reader).contains { $0.type == type }
  return .compare(
    isThere, observed: isThere ? wanted : "no \(type)",
    [Evidence(.children(of: parent), isThere ? type : "no \(type)")],
    else: Remedy(.restart, "restart with -device \(type)"))
}
