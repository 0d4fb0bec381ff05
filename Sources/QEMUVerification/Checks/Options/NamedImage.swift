import QEMUJSON

/// The properties of a drive that its requested image has, not the nodes above that image.
let ofImage: Set = [
  "file", "format", "driver", "cache", "cache.direct", "cache.no-flush", "detect-zeroes", "size",
]

/// Returns the node of a drive's requested image: the one below the nodes that QEMU adds, such as the temporary image
/// of `snapshot=on` or the filter of a job.
/// - Parameters:
///   - disk: the drive's entry in the list of disks.
///   - driver: the requested driver: a requested filter is not skipped.
/// - Returns: the node; nil if there is no medium, or the node is not found.
func namedImage(
  of disk: JSON, driver: String?, _ property: String, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> JSON? {
  guard let medium = disk["inserted"], ofImage.contains(property), isInFront(medium, driver) else {
    return disk["inserted"]
  }
  guard let graph = try BlockGraph.read(&reader), var name = medium["node-name"]?.stringValue else {
    return nil
  }
  // A limit for invalid graphs with a cycle.
  for _ in 0..<200 {
    guard let node = graph.node(name) else { return nil }
    if !isInFront(node, driver) { return node }
    let below = graph.children(of: name)
    guard let next = below["backing"] ?? below["file"] else { return nil }
    name = next
  }
  return nil
}

/// The drivers of filters that a job or a user adds above an image.
private let filters: Set = [
  "copy-on-read", "throttle", "mirror_top", "commit_top", "backup-top", "copy-before-write", "compress",
  "preallocate",
]

private func isInFront(_ node: JSON, _ driver: String?) -> Bool {
  guard let live = node["drv"]?.stringValue else { return false }
  return isTemporary(node) || (filters.contains(live) && live != driver)
}

/// Returns whether a node is the temporary image of `snapshot=on`.
func isTemporary(_ node: JSON) -> Bool {
  (node["image"]?["filename"]?.stringValue ?? "").contains(#/\/vl\.\w{6}("|$)/#)
}
