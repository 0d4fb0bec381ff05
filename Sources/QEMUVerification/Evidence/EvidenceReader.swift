import QEMUJSON

/// An error for evidence that a check needs and that is missing.
struct EvidenceMissing: Error {
  /// QEMU's refusal, which is final; nil if the check runs again when the evidence has been read.
  var refusal: String?
}

/// Reads an observation for a check, and records the evidence that is missing.
///
/// A check reads all of its evidence; running it determines what it needs.
struct EvidenceReader {
  let observation: Observation
  private(set) var needs = EvidenceNeeds()
  /// The first reason since ``forgetObstacle()`` why evidence could not be read.
  private(set) var obstacle: String?

  init(_ observation: Observation) { self.observation = observation }

  /// Resets ``obstacle``.
  mutating func forgetObstacle() { obstacle = nil }

  /// Returns the answer to a query.
  mutating func answer(_ query: QueryRequest) throws(EvidenceMissing) -> QueryAnswer {
    if let answer = observation.answers[query] { return answer }
    if let reason = observation.unanswered[query] { note(reason) } else { needs.add(query) }
    throw EvidenceMissing()
  }

  /// Returns the value of a query; nil if QEMU refused it.
  mutating func value(_ query: QueryRequest) throws(EvidenceMissing) -> JSON? {
    if case .value(let value) = try answer(query) { value } else { nil }
  }

  /// Returns the elements of a list.
  /// - Throws: ``EvidenceMissing`` if QEMU does not return a list. An empty list would mean that nothing exists.
  mutating func list(_ query: QueryRequest) throws(EvidenceMissing) -> [JSON] {
    try shown(query) { $0.arrayValue }
  }

  /// Returns a text, such as that of an HMP command.
  /// - Throws: ``EvidenceMissing`` if QEMU does not return one.
  mutating func words(_ query: QueryRequest) throws(EvidenceMissing) -> String {
    try shown(query) { $0.stringValue }
  }

  private mutating func shown<Value>(
    _ query: QueryRequest, _ convert: (JSON) -> Value?
  ) throws(EvidenceMissing) -> Value {
    switch try answer(query) {
    case .refused(_, let words): throw EvidenceMissing(refusal: "QEMU refuses \(query): \(words)")
    case .value(let value):
      if let value = convert(value) { return value }
      throw EvidenceMissing(refusal: "QEMU's reply to \(query) is \(value.kind)")
    }
  }

  /// Returns the text of a host source; nil if the host has none.
  mutating func text(_ source: HostSource) throws(EvidenceMissing) -> String? {
    if let answer = observation.host[source] { return text(answer) }
    needs.add(source)
    throw EvidenceMissing()
  }

  /// Returns the value of a global variable; nil if it cannot be read.
  mutating func global(_ variable: GlobalVariable) throws(EvidenceMissing) -> String? {
    if let answer = observation.globals[variable] { return text(answer) }
    needs.add(variable)
    throw EvidenceMissing()
  }

  /// Resolves a path in QEMU's root directory.
  /// - Returns: the device number, a space, the path without links; nil if it does not exist.
  mutating func file(_ path: String) throws(EvidenceMissing) -> String? {
    if let answer = observation.files[path] { return text(answer) }
    needs.add(file: path)
    throw EvidenceMissing()
  }

  private mutating func text(_ answer: HostAnswer) -> String? {
    switch answer {
    case .text(let text): return text
    case .unavailable: return nil
    case .unreadable(let reason):
      note(reason)
      return nil
    }
  }

  private mutating func note(_ reason: String) { obstacle = obstacle ?? reason }

  /// Returns the reason why a variable could not be read.
  func absence(of variable: GlobalVariable) -> String {
    observation.globals[variable]?.absence ?? "it was not read"
  }

  /// Returns the reason why a host source could not be read.
  func absence(of source: HostSource) -> String {
    observation.host[source]?.absence ?? "it was not read"
  }

  /// The judgement of a check that lacks an answer.
  var unanswered: Judgement {
    let monitorUnavailability = observation.monitorUnavailability
    let missing =
      monitorUnavailability?.reason ?? "\(needs.queries.first?.description ?? "the host") was not queried"
    return Judgement(
      verdict: monitorUnavailability?.isTemporary == false ? .unobservable : .unobserved,
      reason: "QEMU was not queried: \(missing)")
  }

  /// Requests several pieces of evidence at once, so that they are read in one round.
  mutating func prefetch(
    _ queries: [QueryRequest], _ sources: [HostSource] = [], _ globals: [GlobalVariable] = []
  ) {
    for query in queries where observation.answers[query] == nil && observation.unanswered[query] == nil {
      needs.add(query)
    }
    for source in sources where observation.host[source] == nil { needs.add(source) }
    for global in globals where observation.globals[global] == nil { needs.add(global) }
  }
}

extension HostAnswer {
  fileprivate var absence: String? {
    switch self {
    case .text: nil
    case .unavailable(let reason), .unreadable(let reason): reason
    }
  }
}
