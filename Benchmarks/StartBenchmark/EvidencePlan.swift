import QEMU
import QEMUJSON
import QEMULifecycle
import QEMUVerification

/// The queries of a verification, round by round, as the C client reads them.
struct EvidencePlan {
  private(set) var rounds: [EvidenceNeeds] = []
  private let isReadingObjects: Bool

  /// Replays a verification against what it saw of a QEMU of this version.
  init(_ verification: Verification, _ seen: Observation, _ version: String) {
    isReadingObjects = QueryBatch.isReadingObjects(version)
    var observation = Observation()
    observation.standardError = seen.standardError
    observation.hostPageSize = seen.hostPageSize
    while case let needs = verification.needs(given: observation), !needs.isEmpty, rounds.count < 4 {
      rounds.append(needs)
      for query in needs.queries { observation.answers[query] = seen.answers[query] }
      for source in needs.host { observation.host[source] = seen.host[source] }
    }
  }

  /// The number of queries.
  var queryCount: Int { rounds.reduce(0) { $0 + commands($1).count } }

  private func commands(_ needs: EvidenceNeeds) -> [(name: String, arguments: JSONObject)] {
    QueryBatch(needs.queries, isReadingObjects: isReadingObjects).commands
  }

  /// A line for each query and each source of the host; an empty line ends a round.
  func text() throws -> String {
    try rounds.map { needs in
      let queries = try commands(needs).map { name, arguments in
        var command: JSONObject = ["execute": .string(name)]
        if !arguments.isEmpty { command["arguments"] = .object(arguments) }
        return try JSON.object(command).serialized()
      }
      return (queries + needs.host.map(\.rawValue)).map { "\($0)\n" }.joined()
    }.joined(separator: "\n")
  }
}
