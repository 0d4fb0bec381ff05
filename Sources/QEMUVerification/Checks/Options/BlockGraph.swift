import QEMUJSON

/// The existing block nodes and the edges between them.
struct BlockGraph {
  static let nodesQuery = QueryRequest("query-named-block-nodes", ["flat": true])
  static let edgesQuery = QueryRequest("x-debug-query-block-graph")

  let nodes: [JSON]
  let edges: JSON?

  /// Reads QEMU's list of nodes; returns nil if it does not show one.
  static func read(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> BlockGraph? {
    reader.prefetch([nodesQuery, edgesQuery])
    guard let nodes = try reader.value(nodesQuery)?.arrayValue else { return nil }
    return BlockGraph(nodes: nodes, edges: try reader.value(edgesQuery))
  }

  /// Returns the node with a name.
  func node(_ name: String) -> JSON? { nodes.first { $0["node-name"]?.stringValue == name } }

  /// Returns the node whose backing node has a name.
  func parent(backedBy name: String) -> String? {
    nodes.compactMap { $0["node-name"]?.stringValue }.first { children(of: $0)["backing"] == name }
  }

  /// Returns the children of a node by the names of their edges: `file`, `backing`, `children.0`.
  func children(of name: String) -> [String: String] {
    let named = edges?["nodes"]?.arrayValue ?? []
    let names = Dictionary(
      named.compactMap { node in
        node["id"]?.integerValue.flatMap { id in node["name"]?.stringValue.map { (id, $0) } }
      }
    ) { $1 }
    let own = (edges?["edges"]?.arrayValue ?? []).filter {
      $0["parent"]?.integerValue.flatMap { names[$0] } == name
    }
    return Dictionary(
      own.compactMap { edge in
        let child = edge["child"]?.integerValue.flatMap { names[$0] }
        return edge["name"]?.stringValue.flatMap { name in child.map { (name, $0) } }
      }
    ) { $1 }
  }
}

extension JSON {
  /// Returns a property from the `json:{…}` file name of a node, which QEMU uses if a plain name is not sufficient.
  func openedWith(_ property: String) -> JSON? {
    guard let text = self["image"]?["filename"]?.stringValue, text.hasPrefix("json:"),
      let options = try? JSON.parse(String(text.dropFirst("json:".count)))
    else { return nil }
    return options[property] ?? options.member(property.split(separator: ".").map(String.init))
  }
}
