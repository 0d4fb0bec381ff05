package import QEMUJSON
package import QEMUVerification
package import QMP

/// A batch of queries. If QEMU can read a whole object, queries for several of its properties become one command.
///
/// QMP: `qom-list-get`, since 10.1
package struct QueryBatch {
  /// The commands, in order.
  package private(set) var commands: [(name: String, arguments: JSONObject)] = []
  private let single: [QueryRequest]
  private let grouped: [(path: String, queries: [QueryRequest])]

  /// Returns whether a QEMU has `qom-list-get`.
  /// - Parameter version: the version from its greeting, such as `11.1.3`.
  package static func isReadingObjects(_ version: String) -> Bool {
    !version.split(separator: ".").compactMap { Int($0) }.lexicographicallyPrecedes([10, 1])
  }

  /// Makes a batch.
  /// - Parameters:
  ///   - queries: the queries.
  ///   - isReadingObjects: whether this QEMU has `qom-list-get`.
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
    // A single property is read faster with `qom-get`.
    grouped = paths.compactMap { path in groups[path].flatMap { $0.count > 1 ? (path, $0) : nil } }
    let together = Set(grouped.map(\.path))
    single = queries.filter { query in query.propertyPath.map { !together.contains($0) } ?? true }
    commands = single.map { ($0.command, $0.arguments) }
    if !grouped.isEmpty {
      commands.append(("qom-list-get", ["paths": .array(grouped.map { .string($0.path) })]))
    }
  }

  /// The replies of a batch, by query.
  package struct Answers {
    /// The answers.
    package var known: [QueryRequest: QueryAnswer] = [:]
    /// The queries that must be sent separately, so that QEMU reports why a property cannot be read.
    package var open: [QueryRequest] = []
    /// The queries that were not answered in time, each with the reason.
    package var unanswered: [QueryRequest: String] = [:]

    fileprivate mutating func take(
      _ result: Result<JSON, QMPError>, for queries: [QueryRequest]
    ) throws(QMPError) -> QueryAnswer? {
      if case .failure(let error) = result, error.code == .timedOut {
        for query in queries { unanswered[query] = "\(error.summary); \(error.remedy)" }
        return nil
      }
      return try QueryAnswer(result)
    }
  }

  /// Assigns the replies to the queries.
  /// - Throws: ``QMPError`` for a reply that is neither an answer of QEMU nor a timeout.
  package func answers(_ results: [Result<JSON, QMPError>]) throws(QMPError) -> Answers {
    var answers = Answers()
    for (query, result) in zip(single, results) {
      answers.known[query] = try answers.take(result, for: [query])
    }
    guard !grouped.isEmpty, results.count > single.count else { return answers }
    let queries = grouped.flatMap(\.queries)
    guard let answer = try answers.take(results[single.count], for: queries) else { return answers }
    guard case .value(.array(let objects)) = answer else {
      answers.open = queries
      return answers
    }
    for (group, object) in zip(grouped, objects) {
      let values = Self.values(object)
      for query in group.queries {
        let value = query.arguments["property"]?.stringValue.flatMap { values[$0] }
        if let value { answers.known[query] = .value(value) } else { answers.open.append(query) }
      }
    }
    return answers
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
  /// The object whose property is queried; nil for any other query.
  fileprivate var propertyPath: String? { command == "qom-get" ? arguments["path"]?.stringValue : nil }
}

extension QueryAnswer {
  /// Makes an answer of a reply.
  /// - Throws: ``QMPError`` if it is not an answer of QEMU.
  fileprivate init(_ result: Result<JSON, QMPError>) throws(QMPError) {
    switch result {
    case .success(let value): self = .value(value)
    case .failure(let error):
      guard error.code == .refused, let errorClass = error.errorClass else { throw error }
      self = .refused(errorClass: errorClass, description: error.qemuMessage ?? error.summary)
    }
  }
}
