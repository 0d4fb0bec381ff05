import QEMUJSON

/// Something that a check needs is not there.
struct EvidenceMissing: Error {
  /// QEMU's refusal, which is final; nil where the check runs again when it has been observed.
  var refusal: String?
}

/// Hands a check what was observed, and notes what it asked for in vain.
///
/// A check reads as if everything were there; what it needs is found out by running it.
struct EvidenceReader {
  let observation: Observation
  private(set) var needs = EvidenceNeeds()
  /// The first thing that could have been read and was not visible to this caller, since ``forgetObstacle()``.
  private(set) var obstacle: String?

  init(_ observation: Observation) { self.observation = observation }

  /// Begins to watch for obstacles again.
  mutating func forgetObstacle() { obstacle = nil }

  /// Returns the answer to a query.
  mutating func answer(_ query: QueryRequest) throws(EvidenceMissing) -> QueryAnswer {
    if let answer = observation.answers[query] { return answer }
    if let reason = observation.unanswered[query] { note(reason) } else { needs.add(query) }
    throw EvidenceMissing()
  }

  /// The value of a query, or nil where QEMU refused it.
  mutating func value(_ query: QueryRequest) throws(EvidenceMissing) -> JSON? {
    if case .value(let value) = try answer(query) { value } else { nil }
  }

  /// Returns the elements of a list.
  /// - Throws: ``EvidenceMissing`` where QEMU has no list to show: what is missing in an empty one is not there.
  mutating func list(_ query: QueryRequest) throws(EvidenceMissing) -> [JSON] {
    try shown(query) { $0.arrayValue }
  }

  /// Returns a text, such as that of an HMP command.
  /// - Throws: ``EvidenceMissing`` where QEMU has none to show.
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
      throw EvidenceMissing(refusal: "QEMU answers \(query) with \(value.kind)")
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

  /// Resolves a path as QEMU sees it: the device number, a space, the path without links; nil if it does not exist.
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

  /// Returns the reason why a variable is not shown.
  func absence(of variable: GlobalVariable) -> String {
    observation.globals[variable]?.absence ?? "it was not read"
  }

  /// Returns the reason why a source of the host's is not shown.
  func absence(of source: HostSource) -> String {
    observation.host[source]?.absence ?? "it was not read"
  }

  /// The judgement of a check that lacks an answer.
  var unanswered: Judgement {
    let silence = observation.silence
    let missing = silence?.reason ?? "\(needs.queries.first?.description ?? "the host") was not asked"
    return Judgement(
      verdict: silence?.isTemporary == false ? .unobservable : .unobserved,
      reason: "QEMU was not queried: \(missing)")
  }

  /// Asks for several things at once, so that they come in one round.
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
