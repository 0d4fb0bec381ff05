package import QEMUJSON
package import QEMUVerification
package import QMP

/// Queries as they are sent together. Where QEMU reads an object whole, several properties of one are one command.
///
/// QMP: `qom-list-get`, since 10.1
package struct QueryBatch {
  /// What is sent, in order.
  package private(set) var commands: [(name: String, arguments: JSONObject)] = []
  private let single: [QueryRequest]
  private let grouped: [(path: String, queries: [QueryRequest])]

  /// Whether a QEMU has `qom-list-get`.
  /// - Parameter version: as its greeting has it, `11.1.3`.
  package static func isReadingObjects(_ version: String) -> Bool {
    !version.split(separator: ".").compactMap { Int($0) }.lexicographicallyPrecedes([10, 1])
  }

  /// - Parameter isReadingObjects: whether this QEMU has `qom-list-get`.
  package init(_ queries: [QueryRequest], isReadingObjects: Bool) {
    var paths: [String] = []
    var groups: [String: [QueryRequest]] = [:]
    if isReadingObjects {
      for query in queries {
        guard let path = query.propertyPath else { continue }
        if groups[path] == nil { paths.append(path) }
        groups[path, default: []].append(query)
      }
    }
    // One property alone is read faster by itself.
    grouped = paths.compactMap { path in groups[path].flatMap { $0.count > 1 ? (path, $0) : nil } }
    let together = Set(grouped.map(\.path))
    single = queries.filter { query in query.propertyPath.map { !together.contains($0) } ?? true }
    commands = single.map { ($0.command, $0.arguments) }
    if !grouped.isEmpty {
      commands.append(("qom-list-get", ["paths": .array(grouped.map { .string($0.path) })]))
    }
  }

  /// Takes the replies apart.
  /// - Returns: the answers, and what must be asked by itself: QEMU tells of a property that cannot be read only then why.
  package func answers(
    _ results: [Result<JSON, QMPError>]
  ) throws(QMPError) -> (known: [QueryRequest: QueryAnswer], open: [QueryRequest]) {
    var known: [QueryRequest: QueryAnswer] = [:]
    for (query, result) in zip(single, results) { known[query] = try QueryAnswer(result) }
    guard !grouped.isEmpty, results.count > single.count else { return (known, []) }
    guard case .value(.array(let objects)) = try QueryAnswer(results[single.count]) else {
      return (known, grouped.flatMap(\.queries))
    }
    var open: [QueryRequest] = []
    for (group, object) in zip(grouped, objects) {
      let values = Self.values(object)
      for query in group.queries {
        let value = query.arguments["property"]?.stringValue.flatMap { values[$0] }
        if let value { known[query] = .value(value) } else { open.append(query) }
      }
    }
    return (known, open)
  }

  private static func values(_ object: JSON) -> [String: JSON] {
    let pairs = (object["properties"]?.arrayValue ?? []).compactMap { property -> (String, JSON)? in
      guard let name = property["name"]?.stringValue, let value = property["value"] else { return nil }
      return (name, value)
    }
    return Dictionary(pairs) { first, _ in first }
  }
}

extension QueryRequest {
  /// The object that a property is asked of; nil for another query.
  fileprivate var propertyPath: String? { command == "qom-get" ? arguments["path"]?.stringValue : nil }
}

extension QueryAnswer {
  /// - Throws: what is no answer of QEMU's.
  fileprivate init(_ result: Result<JSON, QMPError>) throws(QMPError) {
    switch result {
    case .success(let value): self = .value(value)
    case .failure(let error):
      guard error.code == .refused, let errorClass = error.errorClass else { throw error }
      self = .refused(errorClass: errorClass, description: error.qemuWords ?? error.summary)
    }
  }
}
