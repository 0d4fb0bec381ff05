import QEMUCommandLine
import QEMUJSON

/// Checks one property of `-numa` by QEMU's lists of nodes, their memory, and the nodes of the CPUs.
@Sendable func nodeCheck(_ property: String, of requested: RequestedOption) -> Check {
  switch requested["type"] {
  case "node": nodeMemberCheck(property, requested)
  case "cpu": nodeOfCPUCheck(requested)
  default: nodeTableCheck(property, requested)
  }
}

private func restartRemedy(_ requested: RequestedOption) -> Remedy {
  Remedy(
    .restart, "restart with \((try? requested.occurrence.words().joined(separator: " ")) ?? "-numa node")"
  )
}

private func nodeMemberCheck(_ property: String, _ requested: RequestedOption) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    let id = requested["nodeid"] ?? subject.nodeNumber(of: requested)
    let nodes = try NodeList.read(&reader)
    guard let node = nodes.first(where: { $0.id == id }) else {
      return .compare(
        false, observed: "no such node", [Evidence(NodeList.query, "\(nodes.count) nodes")],
        else: restartRemedy(requested))
    }
    let evidence = Evidence(NodeList.query, node.words)
    switch property {
    case "type": return .compare(true, observed: "node", [evidence], else: restartRemedy(requested))
    case "nodeid":
      return .compare(node.id == wanted, observed: node.id, [evidence], else: restartRemedy(requested))
    case "mem":
      guard let size = MemorySize(propertyText: wanted) else { break }
      return .compare(
        node.mebibytes == size.bytes >> 20, observed: "\(node.mebibytes) MB", [evidence],
        else: restartRemedy(requested))
    case "memdev": return try judgeMemory(wanted, node, nodes, requested, &reader)
    case "initiator": return try judgeInitiator(wanted, id, requested, &reader)
    case _ where property.hasPrefix("cpus."): return judgeCPU(wanted, node, nodes, evidence, requested)
    default: break
    }
    return .unobservable("QEMU shows \(property) only to the guest", [evidence])
  }
}

private func judgeInitiator(
  _ wanted: String, _ node: String, _ requested: RequestedOption, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let variable = HeterogeneousMemoryTable.variable
  guard let bytes = try reader.global(variable).flatMap(Hexadecimal.bytes) else {
    return .unobservable(reader.absence(of: variable))
  }
  let live =
    UInt64(node).flatMap { HeterogeneousMemoryTable(bytes).initiators[$0] }.map(String.init) ?? "none"
  return .compare(
    live == wanted, observed: live, [Evidence(variable, "initiator of node \(node): \(live)")],
    else: restartRemedy(requested))
}

private func judgeCPU(
  _ wanted: String, _ node: NodeList.Node, _ nodes: [NodeList.Node], _ evidence: Evidence,
  _ requested: RequestedOption
) -> Judgement {
  let home = nodes.first { $0.cpus.contains(wanted) }
  guard let home else { return .unobservable("CPU \(wanted) is not plugged in", [evidence]) }
  return .compare(
    home.id == node.id, observed: "CPU \(wanted) is in node \(home.id)",
    [Evidence(NodeList.query, home.words)],
    else: restartRemedy(requested))
}

/// Judges the memory backend of a node. The machine's memory consists of the backends of its nodes, in order.
private func judgeMemory(
  _ wanted: String, _ node: NodeList.Node, _ nodes: [NodeList.Node], _ requested: RequestedOption,
  _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest.monitor("info mtree")
  let text = try reader.words(query)
  let parts = memoryParts(text)
  guard let place = nodes.filter({ $0.mebibytes > 0 }).firstIndex(where: { $0.id == node.id }),
    parts.indices.contains(place)
  else { return .unobservable("QEMU does not show the node's memory backend") }
  return .compare(
    parts[place] == wanted, observed: parts[place],
    [Evidence(NodeList.query, node.words), Evidence(query, "node \(node.id): \(parts[place])")],
    else: restartRemedy(requested))
}

/// Returns the backends in the first memory region of the machine that consists of others, in the order of their
/// addresses.
private func memoryParts(_ text: String) -> [String] {
  let lines = text.lines
  for (place, line) in lines.enumerated() where line.hasPrefix(" ") && line.hasSuffix(".ram") {
    let depth = line.prefix { $0 == " " }.count
    let inner = lines[(place + 1)...].prefix { $0.prefix { $0 == " " }.count > depth }
    let parts = inner.compactMap { line in
      line.firstRange(of: ", ram): ").map { String(line[$0.upperBound...]) }
    }
    if !parts.isEmpty { return parts }
  }
  return []
}

/// Returns the check of `-numa cpu`, by the CPU slot that has all of the requested properties.
private func nodeOfCPUCheck(_ requested: RequestedOption) -> Check {
  let names = requested.properties.map(\.name).filter { $0 != "type" }
  return { (wanted, _, reader) throws(EvidenceMissing) in
    // Not every machine lists CPU slots, but all list their CPUs.
    let plugs = try reader.value(QueryRequest("query-hotpluggable-cpus"))?.arrayValue
    let query = plugs == nil ? VirtualCPUs.query : QueryRequest("query-hotpluggable-cpus")
    guard let places = try reader.value(query)?.arrayValue else {
      return .unobservable("this machine does not list CPU slots")
    }
    let own = places.filter { place in
      names.allSatisfy { $0 == "node-id" || text(place, $0) == requested[$0] }
    }
    guard let place = own.first else {
      return .unobservable("no CPU slot has these properties")
    }
    let node =
      own.compactMap { text($0, "node-id") }.first { $0 != requested["node-id"] } ?? text(place, "node-id")
    return .compare(
      node == requested["node-id"], observed: "node \(node ?? "none")",
      [Evidence(query, (try? place["props"]?.serialized()) ?? "no properties")],
      else: restartRemedy(requested))
  }
}

private func text(_ place: JSON, _ property: String) -> String? {
  place["props"]?[property]?.commandLineText
}

extension Subject {
  /// Returns the default number of a node, which is its index among the nodes.
  fileprivate func nodeNumber(of requested: RequestedOption) -> String {
    let before = configuration.occurrences.prefix(requested.position).filter {
      $0.option == "numa" && RequestedOption(occurrence: $0, index: 0)["type"] == "node"
    }
    return String(before.count)
  }
}

/// The NUMA nodes of the guest. HMP: `info numa`
private enum NodeList {
  static let query = QueryRequest.monitor("info numa")

  struct Node {
    let id: String
    var cpus: Set<String> = []
    var mebibytes: UInt64 = 0
    var words = ""
  }

  static func read(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> [Node] {
    var nodes: [Node] = []
    for line in try reader.words(query).lines {
      let words = line.split(separator: " ").map(String.init)
      guard words.count > 2, words[0] == "node", Int(words[1]) != nil else { continue }
      if nodes.last?.id != words[1] { nodes.append(Node(id: words[1])) }
      var node = nodes.removeLast()
      node.words += (node.words.isEmpty ? "" : "; ") + line
      if words[2] == "cpus:" { node.cpus = Set(words[3...]) }
      if words[2] == "size:", words.count > 3 { node.mebibytes = UInt64(words[3]) ?? 0 }
      nodes.append(node)
    }
    return nodes
  }
}
