import QEMUJSON

/// The properties of a drive that the image which it names shows, whatever stands above that image.
let ofImage: Set = [
  "file", "format", "driver", "cache", "cache.direct", "cache.no-flush", "detect-zeroes", "size",
]

/// Returns the node that a drive names: the one below those that QEMU puts in front of it, such as the temporary image of
/// `snapshot=on` or the filter of a job.
/// - Parameters:
///   - disk: the drive's entry in the list of disks.
///   - driver: the driver that the request names: a filter that was asked for is not in front of anything.
/// - Returns: nil where there is no medium, or the node is not found.
func namedImage(
  of disk: JSON, driver: String?, _ property: String, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> JSON? {
  guard let medium = disk["inserted"], ofImage.contains(property), isInFront(medium, driver) else {
    return disk["inserted"]
  }
  guard let graph = try BlockGraph.read(&reader), var name = medium["node-name"]?.stringValue else {
    return nil
  }
  // QEMU's graph has no cycle, and no chain as long as this.
  for _ in 0..<200 {
    guard let node = graph.node(name) else { return nil }
    if !isInFront(node, driver) { return node }
    let below = graph.children(of: name)
    guard let next = below["backing"] ?? below["file"] else { return nil }
    name = next
  }
  return nil
}

/// The filters that a job or a user puts in front of an image.
private let filters: Set = [
  "copy-on-read", "throttle", "mirror_top", "commit_top", "backup-top", "copy-before-write", "compress",
  "preallocate",
]

private func isInFront(_ node: JSON, _ driver: String?) -> Bool {
  guard let live = node["drv"]?.stringValue else { return false }
  return isTemporary(node) || (filters.contains(live) && live != driver)
}

/// Returns whether a node is the image that QEMU makes for `snapshot=on`.
func isTemporary(_ node: JSON) -> Bool {
  (node["image"]?["filename"]?.stringValue ?? "").contains(#/\/vl\.\w{6}("|$)/#)
}
