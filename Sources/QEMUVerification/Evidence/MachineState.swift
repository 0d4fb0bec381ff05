import QEMUJSON

/// The topology of the machine object.
enum Topology {
  static let query = QueryRequest.property("smp", of: "/machine")

  /// Reads the counts by name; returns nil if this machine has none.
  static func read(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> [String: Int]? {
    guard let object = try reader.value(query)?.objectValue else { return nil }
    return Dictionary(
      object.compactMap { member in
        member.value.integerValue.flatMap { Int(exactly: $0) }.map { (member.name, $0) }
      }
    ) { $1 }
  }
}

/// An existing virtual CPU.
struct VirtualCPU {
  let path: String
  let threadID: Int64
  let target: String

  var isX86: Bool { target.hasPrefix("x86") || target == "i386" }
}

/// The existing virtual CPUs. QMP: `query-cpus-fast`
enum VirtualCPUs {
  static let query = QueryRequest("query-cpus-fast")

  static func read(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> [VirtualCPU] {
    try reader.list(query).compactMap { cpu in
      guard let path = cpu["qom-path"]?.stringValue, let thread = cpu["thread-id"]?.integerValue else {
        return nil
      }
      return VirtualCPU(path: path, threadID: thread, target: cpu["target"]?.stringValue ?? "")
    }
  }
}

/// Returns the type of a child of an object; nil if there is none with that name. QMP: `qom-list`
func childType(
  _ name: String, of path: String, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> String? {
  try childTypes(of: path, &reader).first { $0.name == name }?.type
}

/// Returns the children of an object, with their types. QMP: `qom-list`
func childTypes(
  of path: String, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> [(name: String, type: String)] {
  // An object that does not exist has no children.
  if case .refused("DeviceNotFound", _) = try reader.answer(.children(of: path)) { return [] }
  return try reader.list(.children(of: path)).compactMap { entry in
    guard let name = entry["name"]?.stringValue, let type = entry["type"]?.stringValue,
      type.hasPrefix("child<")
    else {
      return nil
    }
    return (name, String(type.dropFirst(6).dropLast()))
  }
}
