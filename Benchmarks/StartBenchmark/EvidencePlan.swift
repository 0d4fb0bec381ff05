import QEMU
import QEMUJSON
import QEMUVerification

/// What a verification asks for, round by round, as the C client reads it.
struct EvidencePlan {
  private(set) var rounds: [EvidenceNeeds] = []

  /// Replays a verification against what it saw.
  init(_ verification: Verification, _ seen: Observation) {
    var observation = Observation()
    observation.standardError = seen.standardError
    observation.hostPageSize = seen.hostPageSize
    while case let needs = verification.needs(given: observation), !needs.isEmpty, rounds.count < 4 {
      rounds.append(needs)
      for query in needs.queries { observation.answers[query] = seen.answers[query] }
      for source in needs.host { observation.host[source] = seen.host[source] }
    }
  }

  /// How many queries there are.
  var queryCount: Int { rounds.reduce(0) { $0 + $1.queries.count } }

  /// A line for each query and each source of the host; an empty line ends a round.
  func text() throws -> String {
    try rounds.map { needs in
      let queries = try needs.queries.map { query in
        var command: JSONObject = ["execute": .string(query.command)]
        if !query.arguments.isEmpty { command["arguments"] = .object(query.arguments) }
        return try JSON.object(command).serialised()
      }
      return (queries + needs.host.map(\.rawValue)).map { "\($0)\n" }.joined()
    }.joined(separator: "\n")
  }
}
