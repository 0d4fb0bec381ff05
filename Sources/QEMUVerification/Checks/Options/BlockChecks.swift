import QEMUCommandLine
import QEMUJSON

/// Checks one property of `-blockdev` by QEMU's list of nodes.
@Sendable func blockNodeCheck(_ property: String, of requested: RequestedOption) -> Check {
  guard let name = requested["node-name"] else {
    return unobservable("a block node without a name cannot be identified")
  }
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    guard let graph = try BlockGraph.read(&reader) else { return .unobservable("QEMU lists no block nodes") }
    let judgement = try judgeNode(wanted, property, name, graph, &reader)
    guard judgement.verdict == .drifted,
      let overlay = graph.overlay(of: name, besides: subject.nodeNames)
    else { return judgement }
    return judgement.explained(by: ImageMove(ofNode: overlay, from: name, in: graph))
  }
}

/// Judges a property of a node or of its child: `file.driver` is the driver of its `file`.
private func judgeNode(
  _ wanted: String, _ property: String, _ name: String, _ graph: BlockGraph, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let node = graph.node(name) else {
    return .compare(
      false, observed: "no such node", [Evidence(BlockGraph.nodesQuery, "no \(name)")],
      reason: "the block node does not exist", else: Remedy(.live, "add it with blockdev-add"))
  }
  if let path = nodeMembers[property], let value = node.member(path),
    property != "file.filename" || value.stringValue?.hasPrefix("json:") != true
  {
    let words = "\(name): \(path.joined(separator: ".")): \(value.commandLineText)"
    if property == "size" {
      // A leading zero makes a number of -blockdev octal.
      let bytes = UInt64(propertyText: wanted) ?? ByteCount(propertyText: wanted)?.bytes
      return judgeSize(bytes, value, Evidence(BlockGraph.nodesQuery, words), nodeRemedy)
    }
    return judge(wanted, value, Evidence(BlockGraph.nodesQuery, words), nodeRemedy)
  }
  let children = graph.children(of: name)
  if let child = children[property] {
    return judge(
      wanted, .string(child), Evidence(BlockGraph.edgesQuery, "\(name): \(property): \(child)"), nodeRemedy)
  }
  if let value = node.openedWith(property) {
    let words = "\(name): \(property): \(value.commandLineText)"
    return judge(wanted, value, Evidence(BlockGraph.nodesQuery, words), nodeRemedy)
  }
  // The longest first: `children.1.file` has two edges.
  for (edge, child) in children.sorted(by: { $0.key.count > $1.key.count })
  where property.hasPrefix(edge + ".") {
    return try judgeNode(wanted, String(property.dropFirst(edge.count + 1)), child, graph, &reader)
  }
  return try judgeOpenFlags(
    wanted, property, ofNode: name, isReadOnly: node.member(["ro"])?.boolValue, nodeRemedy, &reader)
}

/// QEMU rounds the size of an image up to sectors.
private func judgeSize(
  _ wanted: UInt64?, _ live: JSON, _ evidence: Evidence, _ remedy: Remedy
) -> Judgement {
  let bytes = wanted.map { $0 <= .max - 511 ? ($0 + 511) / 512 * 512 : $0 }
  return .compare(
    bytes != nil && live.unsignedValue == bytes, observed: live.commandLineText, [evidence], else: remedy)
}

private let nodeRemedy = Remedy(
  .live, "change it with blockdev-reopen, with all options of the node, or restart")

/// The members of QEMU's list of nodes, by property of `-blockdev`.
private let nodeMembers: [String: [String]] = [
  "node-name": ["node-name"], "driver": ["drv"], "read-only": ["ro"], "detect-zeroes": ["detect_zeroes"],
  "cache.direct": ["cache", "direct"], "cache.no-flush": ["cache", "no-flush"],
  "filename": ["image", "filename"], "file.filename": ["file"], "size": ["image", "virtual-size"],
]

/// Checks one property of `-drive` by QEMU's list of disks and their nodes.
@Sendable func driveCheck(_ property: String, of requested: RequestedOption) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    guard let name = subject.driveName(of: requested) else {
      return .unobservable("this library does not know how this machine names the drive; give it an id")
    }
    return try judgeDrive(wanted, property, name, of: requested, subject, &reader)
  }
}

/// Checks `-hda`, `-cdrom`, `-fda` and similar options, each of which is a drive with a file.
@Sendable func shortDriveCheck(_ property: String, of requested: RequestedOption) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    guard let name = subject.driveName(of: requested) else {
      return .unobservable("this library does not know how this machine names the drive")
    }
    return try judgeDrive(wanted, "file", name, of: requested, subject, &reader)
  }
}

private func judgeDrive(
  _ wanted: String, _ property: String, _ name: String, of requested: RequestedOption, _ subject: Subject,
  _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest("query-block")
  guard let disks = try reader.value(query)?.arrayValue else { return .unobservable("QEMU lists no disks") }
  guard let disk = disks.first(where: { $0["device"]?.stringValue == name }) else {
    return .compare(
      false, observed: "no such drive", [Evidence(query, "no \(name)")], reason: "the drive does not exist",
      else: Remedy(.restart, "restart with the requested value"))
  }
  return try judgeDrive(wanted, property, disk, of: requested, &reader)
    .explained(by: ImageMove(of: disk, from: requested))
}

private func judgeDrive(
  _ wanted: String, _ property: String, _ disk: JSON, of requested: RequestedOption,
  _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest("query-block")
  let name = disk["device"]?.stringValue ?? ""
  switch property {
  case "id": return .compare(true, observed: name, [Evidence(query, name)], else: driveRemedy)
  case "if" where requested["id"] != nil: return try judgeInterface(wanted, disk, &reader)
  case "if", "index", "unit", "bus":
    if requested["id"] != nil { break }
    // The name is derived from them and is unique.
    return Judgement(
      verdict: .confirmed, observed: wanted, evidence: [Evidence(query, name)],
      reason: "QEMU names a drive after its interface, bus and unit; this one is \(name)")
  default: break
  }
  if property.hasPrefix("file."), let node = disk["inserted"]?["node-name"]?.stringValue,
    let graph = try BlockGraph.read(&reader), graph.children(of: node)["file"] != nil
  {
    return try judgeNode(wanted, property, node, graph, &reader)
  }
  if let word = OpenFlags.ofDrive[property] {
    return try OpenFlags.drives.judge(wanted, word, of: name, driveRemedy, &reader)
  }
  if OpenFlags.ofNode[property] != nil, let medium = disk["inserted"],
    let node = medium["node-name"]?.stringValue
  {
    return try judgeOpenFlags(
      wanted, property, ofNode: node, isReadOnly: medium["ro"]?.boolValue, driveRemedy, &reader)
  }
  let image = try namedImage(of: disk, driver: requested["driver"] ?? requested["format"], property, &reader)
  return judgeDrive(wanted, property, disk, image, Evidence(query, name))
}

/// The prefixes of the types of devices that use drives, by interface.
private let interfaceDevices: [String: String] = [
  "ide": "ide-", "scsi": "scsi-", "virtio": "virtio-blk", "floppy": "floppy", "sd": "sd-",
  "pflash": "cfi.pflash",
]

/// Judges the interface by the device that uses the drive. With `none` that is a device of the request.
private func judgeInterface(
  _ wanted: String, _ disk: JSON, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest("query-block")
  let name = disk["device"]?.stringValue ?? ""
  guard let device = disk["qdev"]?.stringValue else {
    guard wanted == "none" else { return .unobservable("QEMU does not show what uses the drive") }
    return .compare(
      true, observed: "none", [Evidence(query, "\(name): no device uses it")], else: driveRemedy)
  }
  let isOwn = !device.hasPrefix("/machine/unattached/") && !device.hasPrefix("/machine/peripheral-anon/")
  if wanted == "none", isOwn || device.hasPrefix("/machine/peripheral-anon/") {
    return .compare(
      true, observed: "none", [Evidence(query, "\(name): used by \(device)")], else: driveRemedy)
  }
  guard let prefix = interfaceDevices[wanted] else {
    return .compare(
      wanted != "none", observed: device, [Evidence(query, "\(name): used by \(device)")], else: driveRemedy)
  }
  let path = device.hasSuffix("/virtio-backend") ? String(device.dropLast("/virtio-backend".count)) : device
  let end = path.lastIndex(of: "/") ?? path.startIndex
  let list = QueryRequest.children(of: String(path[..<end]))
  let shown = try childType(String(path[end...].dropFirst()), of: String(path[..<end]), &reader) ?? "unknown"
  return .compare(
    shown.hasPrefix(prefix), observed: shown,
    [Evidence(query, "\(name): used by \(device)"), Evidence(list, "\(device): \(shown)")], else: driveRemedy)
}

private let driveRemedy = Remedy(.restart, "restart with the drive as requested")

/// Returns the member of QEMU's list of disks for a property of `-drive`.
private func driveMember(_ property: String) -> [String]? {
  if let path = driveMembers[property] { return path }
  if property.hasPrefix("iops") || property.hasPrefix("bps") { return [property] }
  guard property.hasPrefix("throttling.") else { return nil }
  // `throttling.iops-read-max-length` is `iops_rd_max_length`; `total` is omitted.
  let words = property.dropFirst("throttling.".count).split(separator: "-").compactMap { word -> Substring? in
    switch word {
    case "total": nil
    case "read": "rd"
    case "write": "wr"
    default: word
    }
  }
  return [words.joined(separator: "_")]
}

private let driveMembers: [String: [String]] = [
  "format": ["drv"], "driver": ["drv"], "readonly": ["ro"], "read-only": ["ro"],
  "detect-zeroes": ["detect_zeroes"], "file": ["file"], "cache.direct": ["cache", "direct"],
  "cache.no-flush": ["cache", "no-flush"], "group": ["group"], "node-name": ["node-name"],
  "size": ["image", "virtual-size"],
]

/// The meanings of the values of `cache`.
private let cacheModes: [String: (direct: Bool, noFlush: Bool)] = [
  "none": (true, false), "off": (true, false), "directsync": (true, false), "writeback": (false, false),
  "writethrough": (false, false), "unsafe": (false, true),
]

/// Judges a property of a drive by its medium.
/// - Parameters:
///   - disk: the drive's entry in the list of disks.
///   - image: the requested node; nil if it is not found.
private func judgeDrive(
  _ wanted: String, _ property: String, _ disk: JSON, _ image: JSON?, _ evidence: Evidence
) -> Judgement {
  guard let medium = disk["inserted"] else {
    if property == "media" { return judgeMedia(wanted, disk, evidence) }
    let nothing = evidence.adding("no medium")
    return property == "file"
      ? .compare(
        wanted.isEmpty, observed: "no medium", [nothing], reason: "there is no medium in the drive",
        else: Remedy(.live, "insert it with blockdev-change-medium"))
      : .unobservable("there is no medium in the drive", [nothing])
  }
  if property == "media" { return judgeMedia(wanted, disk, evidence) }
  if property == "snapshot" { return judgeSnapshot(wanted, medium, evidence) }
  guard let shown = ofImage.contains(property) ? image : medium else {
    return .unobservable(
      "the requested node is not found below the nodes that QEMU added", [evidence])
  }
  if property == "cache", let mode = cacheModes[wanted], let cache = shown["cache"] {
    let live = (cache["direct"]?.boolValue ?? false, cache["no-flush"]?.boolValue ?? false)
    let words = "direct \(live.0.propertyText), no-flush \(live.1.propertyText)"
    return .compare(
      live == mode, observed: words, [evidence.adding("cache: \(words)")], else: driveRemedy)
  }
  guard let path = driveMember(property), var value = shown.member(path) else {
    return .unobservable("QEMU does not show \(property) of a drive")
  }
  // QEMU shows the options of an image in JSON if a part of it is used.
  if property == "file", !wanted.hasPrefix("json:"), let file = shown.openedWith("file.filename") {
    value = file
  }
  let seen = evidence.adding("\(path.joined(separator: ".")): \(value.commandLineText)")
  if property == "file", value.stringValue != wanted, isAddressOfImage(wanted) {
    return .unobservable("QEMU shows it only in another form", [seen])
  }
  return property == "size"
    ? judgeSize(ByteCount(propertyText: wanted)?.bytes, value, seen, driveRemedy)
    : judge(wanted, value, seen, driveRemedy)
}

/// Judges `snapshot=`: with `on` QEMU adds a temporary overlay.
private func judgeSnapshot(_ wanted: String, _ medium: JSON, _ evidence: Evidence) -> Judgement {
  let isSnapshot = isTemporary(medium)
  return .compare(
    isSnapshot == (Bool(propertyText: wanted) == true), observed: isSnapshot.propertyText,
    [evidence.adding("filename: \(medium["image"]?["filename"]?.stringValue ?? "none")")], else: driveRemedy)
}

/// Returns whether a text is the address of an image, such as `nbd:…` or `json:{…}`, not a path.
private func isAddressOfImage(_ text: String) -> Bool {
  text.prefix { $0 != "/" }.contains(":")
}

private func judgeMedia(_ wanted: String, _ disk: JSON, _ evidence: Evidence) -> Judgement {
  guard disk["qdev"] != nil, let isRemovable = disk["removable"]?.boolValue else {
    return .unobservable("no device uses the drive yet, so its medium is undetermined", [evidence])
  }
  let media = isRemovable ? "cdrom" : "disk"
  return .compare(
    media == wanted, observed: media, [evidence.adding("removable: \(isRemovable)")], else: driveRemedy)
}
