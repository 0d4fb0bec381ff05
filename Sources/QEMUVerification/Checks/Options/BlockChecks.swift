import QEMUCommandLine
import QEMUJSON

/// How one property of `-blockdev` is proved: the node is one of those that QEMU lists.
@Sendable func blockNodeCheck(_ property: String, of requested: RequestedOption) -> Check {
  guard let name = requested["node-name"] else {
    return unobservable("a block node without a name is not told from others")
  }
  let query = QueryRequest("query-named-block-nodes", ["flat": true])
  let remedy = Remedy(.live, "change it with blockdev-reopen, all options given; else start again")
  return { (wanted, _, reader) throws(EvidenceMissing) in
    guard let nodes = try reader.value(query)?.arrayValue else {
      return .unobservable("QEMU lists no block nodes")
    }
    guard let node = nodes.first(where: { $0["node-name"]?.stringValue == name }) else {
      return .compare(
        false, observed: "no such node", [Evidence(query, "no \(name)")], reason: "the node is not there",
        else: Remedy(.live, "add it with blockdev-add"))
    }
    guard let path = nodeMembers[property], let value = node.member(path) else {
      return .unobservable("QEMU does not show \(property) of a block node")
    }
    return judge(
      wanted, value, Evidence(query, "\(name): \(path.joined(separator: ".")): \(value.commandLineText)"),
      remedy)
  }
}

/// Where the list of nodes shows what `-blockdev` names.
private let nodeMembers: [String: [String]] = [
  "node-name": ["node-name"], "driver": ["drv"], "read-only": ["ro"], "detect-zeroes": ["detect_zeroes"],
  "cache.direct": ["cache", "direct"], "cache.no-flush": ["cache", "no-flush"],
  "filename": ["image", "filename"], "file.filename": ["file"], "size": ["image", "virtual-size"],
]

/// How one property of `-drive` is proved: QEMU lists its disks, each with what it is made of.
@Sendable func driveCheck(_ property: String, of requested: RequestedOption) -> Check {
  let query = QueryRequest("query-block")
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    guard let disks = try reader.value(query)?.arrayValue else { return .unobservable("QEMU lists no disks") }
    guard let name = subject.driveName(of: requested) else {
      return .unobservable("give the drive an id: QEMU names this one itself")
    }
    guard let disk = disks.first(where: { $0["device"]?.stringValue == name }) else {
      return .compare(
        false, observed: "no such drive", [Evidence(query, "no \(name)")], reason: "the drive is not there",
        else: Remedy(.restart, "start again with it"))
    }
    if property == "id" { return .compare(true, observed: name, [Evidence(query, name)], else: driveRemedy) }
    let isSnapshot =
      subject.configuration.has("snapshot")
      || requested["snapshot"].map { Bool(propertyText: $0) == true } ?? false
    return judgeDrive(wanted, property, disk, Evidence(query, name), isSnapshot)
  }
}

private let driveRemedy = Remedy(.restart, "start again with the drive as it was asked for")

/// Where the list of disks shows what `-drive` names.
private let driveMembers: [String: [String]] = [
  "format": ["drv"], "driver": ["drv"], "readonly": ["ro"], "read-only": ["ro"],
  "detect-zeroes": ["detect_zeroes"],
  "file": ["file"], "cache.direct": ["cache", "direct"], "cache.no-flush": ["cache", "no-flush"],
  "iops": ["iops"], "iops_rd": ["iops_rd"], "iops_wr": ["iops_wr"], "bps": ["bps"], "bps_rd": ["bps_rd"],
  "bps_wr": ["bps_wr"], "group": ["group"], "throttling.iops-total": ["iops"],
  "throttling.iops-read": ["iops_rd"],
  "throttling.iops-write": ["iops_wr"], "throttling.bps-total": ["bps"], "throttling.bps-read": ["bps_rd"],
  "throttling.bps-write": ["bps_wr"], "iops_max": ["iops_max"], "iops_rd_max": ["iops_rd_max"],
  "iops_wr_max": ["iops_wr_max"], "bps_max": ["bps_max"], "bps_rd_max": ["bps_rd_max"],
  "bps_wr_max": ["bps_wr_max"],
  "throttling.group": ["group"], "node-name": ["node-name"], "size": ["image", "virtual-size"],
]

/// What a word of `cache` stands for.
private let cacheModes: [String: (direct: Bool, noFlush: Bool)] = [
  "none": (true, false), "off": (true, false), "directsync": (true, false), "writeback": (false, false),
  "writethrough": (false, false), "unsafe": (false, true),
]

private func judgeDrive(
  _ wanted: String, _ property: String, _ disk: JSON, _ evidence: Evidence, _ isSnapshot: Bool
) -> Judgement {
  guard let medium = disk["inserted"] else {
    return property == "media"
      ? judgeMedia(wanted, disk, evidence) : .unobservable("there is no medium in the drive", [evidence])
  }
  if property == "media" { return judgeMedia(wanted, disk, evidence) }
  if property == "cache", let mode = cacheModes[wanted], let cache = medium["cache"] {
    let live = (cache["direct"]?.boolValue ?? false, cache["no-flush"]?.boolValue ?? false)
    let words = "direct \(live.0.propertyText), no-flush \(live.1.propertyText)"
    return .compare(
      live == mode, observed: words, [evidence.showing("cache: \(words)")], else: driveRemedy)
  }
  if isSnapshot, ["file", "format", "driver"].contains(property) {
    return .unobservable("a snapshot lies over it, and is what QEMU shows", [evidence])
  }
  guard let path = driveMembers[property], let value = medium.member(path) else {
    return .unobservable("QEMU does not show \(property) of a drive")
  }
  let seen = evidence.showing("\(path.joined(separator: ".")): \(value.commandLineText)")
  if property == "file", value.stringValue != wanted, isAddressOfImage(wanted) {
    return .unobservable("QEMU shows in its own words what this became", [seen])
  }
  return judge(wanted, value, seen, driveRemedy)
}

/// Whether a text names an image by its protocol, `nbd:…`, `json:{…}`, and not by a path.
private func isAddressOfImage(_ text: String) -> Bool {
  text.prefix { $0 != "/" }.contains(":")
}

private func judgeMedia(_ wanted: String, _ disk: JSON, _ evidence: Evidence) -> Judgement {
  guard disk["qdev"] != nil, let isRemovable = disk["removable"]?.boolValue else {
    return .unobservable("no device uses the drive yet, so it is neither disk nor disc", [evidence])
  }
  let media = isRemovable ? "cdrom" : "disk"
  return .compare(
    media == wanted, observed: media, [evidence.showing("removable: \(isRemovable)")], else: driveRemedy)
}

extension Subject {
  /// The name that QEMU lists a drive under; nil where it makes one up.
  fileprivate func driveName(of requested: RequestedOption) -> String? {
    if let id = requested["id"] { return id }
    guard let interface = requested["if"], let index = requested["index"] ?? requested["unit"] else {
      return nil
    }
    return interface == "virtio" || interface == "pflash" ? "\(interface)\(index)" : nil
  }
}

extension Evidence {
  /// The same with what it showed.
  fileprivate func showing(_ words: String) -> Evidence {
    Evidence(source: source, observed: "\(observed): \(words)")
  }
}
