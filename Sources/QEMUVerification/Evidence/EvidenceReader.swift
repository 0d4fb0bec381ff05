import QEMUJSON

/// Something a check needs has not been observed yet: it is noted, and the check runs again when it has.
struct EvidenceMissing: Error {}

/// Hands a check what was observed, and notes what it asked for in vain.
///
/// A check reads as if everything were there; what it needs is found out by running it.
struct EvidenceReader {
  let observation: Observation
  private(set) var needs = EvidenceNeeds()

  init(_ observation: Observation) { self.observation = observation }

  /// The answer to a query.
  mutating func answer(_ query: QueryRequest) throws(EvidenceMissing) -> QueryAnswer {
    if let answer = observation.answers[query] { return answer }
    needs.add(query)
    throw EvidenceMissing()
  }

  /// The value of a query, or nil where QEMU refused it.
  mutating func value(_ query: QueryRequest) throws(EvidenceMissing) -> JSON? {
    if case .value(let value) = try answer(query) { value } else { nil }
  }

  /// What the host says, or nil where it cannot say it.
  mutating func text(_ source: HostSource) throws(EvidenceMissing) -> String? {
    if let answer = observation.host[source] {
      if case .text(let text) = answer { return text }
      return nil
    }
    needs.add(source)
    throw EvidenceMissing()
  }

  /// What a global variable holds, or nil where it cannot be read.
  mutating func global(_ variable: GlobalVariable) throws(EvidenceMissing) -> String? {
    if let answer = observation.globals[variable] {
      if case .text(let text) = answer { return text }
      return nil
    }
    needs.add(variable)
    throw EvidenceMissing()
  }

  /// Why it cannot be read.
  func absence(of variable: GlobalVariable) -> String {
    if case .unavailable(let reason) = observation.globals[variable] { reason } else { "it was not read" }
  }

  /// Why there is no answer.
  var silence: String {
    observation.silence ?? needs.queries.first?.description ?? "the host's word is missing"
  }

  /// Why the host cannot say it.
  func absence(of source: HostSource) -> String {
    if case .unavailable(let reason) = observation.host[source] { reason } else { "it was not read" }
  }

  /// Asks for several things at once, so that they come in one round.
  mutating func prefetch(_ queries: [QueryRequest], _ sources: [HostSource] = []) {
    for query in queries where observation.answers[query] == nil { needs.add(query) }
    for source in sources where observation.host[source] == nil { needs.add(source) }
  }
}
