import QEMUCommandLine
public import QEMUJSON

/// The properties that a running virtual machine shows, independent of the request.
public struct MachineInspection: Sendable, Hashable {
  /// A value and its source.
  public struct Entry: Sendable, Hashable {
    /// The section: `machine`, `cpu`, `memory`, …
    public let section: String
    /// The name within the section.
    public let name: String
    /// The value.
    public let value: JSON
    /// The query that returned it.
    public let source: String
  }

  /// The accelerator that runs the guest.
  public let accelerator: AcceleratorInspection
  /// All values, section by section.
  public let entries: [Entry]

  /// Returns the evidence that is still to be read.
  public static func needs(given observation: Observation) -> EvidenceNeeds {
    var reader = EvidenceReader(observation)
    _ = entries(&reader)
    var needs = reader.needs
    needs.add(AcceleratorInspection.needs(given: observation))
    return needs
  }

  /// Reads the observation.
  public init(_ observation: Observation) {
    var reader = EvidenceReader(observation)
    entries = Self.entries(&reader)
    accelerator = AcceleratorInspection(observation)
  }

  /// The value with a name in a section; nil if there is none.
  public subscript(section: String, name: String) -> JSON? {
    entries.first { $0.section == section && $0.name == name }?.value
  }

  /// The inspection as one JSON document: the sections by name, each value with its source.
  public var json: JSONObject {
    var document: JSONObject = ["accelerator": .object(accelerator.json)]
    for entry in entries {
      var section = document[entry.section]?.objectValue ?? [:]
      section[entry.name] = ["value": entry.value, "source": .string(entry.source)]
      document[entry.section] = .object(section)
    }
    return document
  }
}

extension MachineInspection {
  /// A query and the values of its reply.
  private struct Row: Sendable {
    let section: String
    let query: QueryRequest
    let values: @Sendable (JSON) -> [(name: String, value: JSON)]
  }

  private static let rows: [Row] = [
    Row(section: "status", query: QueryRequest("query-status"), values: members),
    Row(section: "status", query: QueryRequest("query-name"), values: members),
    Row(section: "status", query: QueryRequest("query-uuid"), values: members),
    Row(section: "memory", query: QueryRequest("query-memory-size-summary"), values: members),
    Row(section: "memory", query: QueryRequest("query-memdev"), values: list("backends")),
    Row(section: "memory", query: QueryRequest("query-memory-devices"), values: list("devices")),
    Row(section: "memory", query: .monitor("info mtree -f"), values: lines("map")),
    Row(section: "memory", query: .monitor("info numa"), values: lines("nodes")),
    Row(section: "topology", query: Topology.query, values: members),
    Row(section: "topology", query: VirtualCPUs.query, values: list("cpus")),
    Row(section: "block", query: QueryRequest("query-block"), values: named("device")),
    Row(section: "nodes", query: BlockGraph.nodesQuery, values: named("node-name")),
    Row(section: "nodes", query: BlockGraph.edgesQuery, values: list("graph")),
    Row(section: "networks", query: .monitor("info network"), values: lines("backends and NICs")),
    Row(section: "chardevs", query: QueryRequest("query-chardev"), values: named("label")),
    Row(section: "iothreads", query: QueryRequest("query-iothreads"), values: named("id")),
    Row(section: "display", query: QueryRequest("query-display-options"), values: members),
    Row(section: "display", query: QueryRequest("query-vnc-servers"), values: list("vnc")),
  ]

  private static func entries(_ reader: inout EvidenceReader) -> [Entry] {
    reader.prefetch(rows.map(\.query))
    var entries: [Entry] = []
    for row in rows {
      // A query that this QEMU refuses is not supported.
      guard let reply = try? reader.value(row.query) else { continue }
      entries += row.values(reply).map {
        Entry(section: row.section, name: $0.name, value: $0.value, source: row.query.description)
      }
    }
    entries += (try? properties("machine", of: "/machine", &reader)) ?? []
    if let cpu = try? VirtualCPUs.read(&reader).first {
      entries += (try? properties("cpu", of: cpu.path, &reader)) ?? []
    }
    for directory in ["/machine/peripheral", "/machine/peripheral-anon", "/objects", "/machine/unattached"] {
      entries += (try? objects(in: directory, &reader)) ?? []
    }
    return entries
  }

  /// Returns the properties of an object, without its children and links.
  private static func properties(
    _ section: String, of path: String, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> [Entry] {
    let list = try reader.value(.children(of: path))?.arrayValue ?? []
    let names = list.compactMap { entry -> String? in
      guard let type = entry["type"]?.stringValue, !type.hasPrefix("child<"), !type.hasPrefix("link<") else {
        return nil
      }
      return entry["name"]?.stringValue
    }
    let queries = names.map { QueryRequest.property($0, of: path) }
    reader.prefetch(queries)
    var entries: [Entry] = []
    for (name, query) in zip(names, queries) {
      guard let value = try reader.value(query) else { continue }
      entries.append(Entry(section: section, name: name, value: value, source: query.description))
    }
    return entries
  }

  /// Returns the children of an object with their types, and with their buses if they are devices of the request.
  private static func objects(
    in directory: String, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> [Entry] {
    let children = try childTypes(of: directory, &reader).filter {
      $0.type != "irq" && $0.type != "memory-region"
    }
    let buses = directory.hasPrefix("/machine/peripheral")
    let queries =
      buses ? children.map { QueryRequest.property("parent_bus", of: "\(directory)/\($0.name)") } : []
    reader.prefetch(queries)
    var entries: [Entry] = []
    for (place, child) in children.enumerated() {
      var value: JSONObject = ["type": .string(child.type)]
      if buses { value["bus"] = try reader.value(queries[place]) }
      entries.append(
        Entry(
          section: directory == "/objects" ? "objects" : "devices", name: "\(directory)/\(child.name)",
          value: .object(value), source: QueryRequest.children(of: directory).description))
    }
    return entries
  }

  @Sendable private static func members(_ reply: JSON) -> [(name: String, value: JSON)] {
    (reply.objectValue ?? [:]).map { ($0.name, $0.value) }
  }

  private static func list(_ name: String) -> @Sendable (JSON) -> [(name: String, value: JSON)] {
    { [(name, $0)] }
  }

  private static func lines(_ name: String) -> @Sendable (JSON) -> [(name: String, value: JSON)] {
    { reply in
      let lines = (reply.stringValue ?? "").lines
      return [(name, .array(lines.map { .string(String($0)) }))]
    }
  }

  private static func named(_ key: String) -> @Sendable (JSON) -> [(name: String, value: JSON)] {
    { reply in (reply.arrayValue ?? []).map { ($0[key]?.stringValue ?? "", $0) } }
  }
}
