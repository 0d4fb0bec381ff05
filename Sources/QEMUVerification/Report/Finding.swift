import QEMUCommandLine

/// The verdict on one requested property.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  /// The running virtual machine has the requested value, after QEMU's own normalisation.
  case confirmed
  /// A later accelerator in the request's list took effect.
  case fellBack = "fell-back"
  /// The running virtual machine differs from the request.
  case drifted
  /// Neither this QEMU nor this host shows the value. The reason says what would show it.
  case unobservable
  /// The value exists, but could not be read now, for example because of missing permissions. The reason says what
  /// prevented it.
  case unobserved
}

/// The access that evidence needs, from the least to the most.
public enum EvidenceTier: String, Sendable, Hashable, CaseIterable {
  /// QEMU's replies, which need a connection to its monitor.
  case monitor
  /// /proc, which QEMU's user and root can read.
  case host
  /// The kernel's data about the process, which only root can read, and which briefly stops the process.
  case kernel
  /// QEMU's memory, which a process with permission to trace QEMU can read.
  case deep
}

/// An observed value and its source.
public struct Evidence: Sendable, Hashable {
  /// The query or the file that showed the value.
  public let source: String
  /// The value that was observed.
  public let observed: String
  /// The access that the evidence needed.
  public let tier: EvidenceTier

  /// Creates a piece of evidence.
  /// - Parameters:
  ///   - source: the query or the file that showed the value.
  ///   - observed: the value.
  ///   - tier: the access that the evidence needed.
  public init(source: String, observed: String, tier: EvidenceTier) {
    self.source = source
    self.observed = observed
    self.tier = tier
  }

  init(_ global: GlobalVariable, _ observed: String) {
    self.init(source: "memory \(global.symbol)", observed: observed, tier: .deep)
  }
  init(file path: String, _ observed: String) {
    self.init(source: "/proc file \(path)", observed: observed, tier: .host)
  }
  init(_ query: QueryRequest, _ observed: String) {
    self.init(source: query.description, observed: observed, tier: .monitor)
  }
  init(_ host: HostSource, _ observed: String) {
    let place = host.needsRoot ? "kernel" : "/proc"
    self.init(
      source: "\(place) \(host.rawValue)", observed: observed, tier: host.needsRoot ? .kernel : .host)
  }

  /// Returns the evidence without secrets.
  func redacting(_ redaction: Redaction) -> Evidence {
    Evidence(source: redaction.redacting(source), observed: redaction.redacting(observed), tier: tier)
  }

  /// Returns the evidence with an addition to its value.
  func adding(_ text: String) -> Evidence {
    Evidence(source: source, observed: "\(observed): \(text)", tier: tier)
  }
}

/// The way in which a change can take effect.
public enum ChangeKind: String, Sendable, Hashable, CaseIterable {
  /// The change can be made while QEMU is running.
  case live
  /// The change takes effect at the next start.
  case restart
  /// The change cannot be made: in the present state, or with this QEMU on this host.
  case impossible
}

/// The remedy for a drift.
public struct Remedy: Sendable, Hashable {
  /// The way in which a remedy can take effect.
  public let kind: ChangeKind
  /// The text of the remedy; never empty.
  public let text: String

  /// Creates a remedy.
  public init(_ kind: ChangeKind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

/// The result of one check.
public struct Judgement: Sendable, Hashable {
  var verdict: Verdict
  var observed: String?
  var evidence: [Evidence] = []
  var reason: String?
  var remedy: Remedy?
  var move: ImageMove?

  static func unobservable(_ reason: String, _ evidence: [Evidence] = []) -> Judgement {
    Judgement(verdict: .unobservable, evidence: evidence, reason: reason)
  }

  /// Returns the judgement with the evidence of another one before its own.
  func adding(evidenceOf held: Judgement) -> Judgement {
    var judgement = self
    judgement.evidence = held.evidence + evidence
    return judgement
  }

  /// Returns a confirmed judgement if the values agree, a drifted one otherwise.
  static func compare(
    _ agree: Bool, observed: String, _ evidence: [Evidence], reason: String? = nil, else remedy: Remedy
  ) -> Judgement {
    Judgement(
      verdict: agree ? .confirmed : .drifted, observed: observed, evidence: evidence, reason: reason,
      remedy: agree ? nil : remedy)
  }
}

/// The result for one property of the request.
public struct Finding: Sendable, Hashable {
  /// The option's name without its dash.
  public let option: String
  /// The accelerator's name for `accel`, otherwise the id or the index among the option's occurrences.
  public let instance: String
  /// QEMU's name of the property.
  public let property: String
  /// The requested value, as the user wrote it.
  public let requested: String
  /// The observed value, in the terms of the request; nil if none was observed.
  public let observed: String?
  /// The verdict.
  public let verdict: Verdict
  /// The evidence, with its sources.
  public let evidence: [Evidence]
  /// The reason why it drifted or cannot be observed; a remark if it is confirmed.
  public let reason: String?
  /// The way to correct a drift.
  public let remedy: Remedy?
  /// A Boolean value that indicates whether the user accepted this finding.
  public internal(set) var isAccepted = false
  /// The change of a disk's image that caused the drift; nil for another cause.
  public internal(set) var imageMove: ImageMove?
  /// A Boolean value that indicates whether it is a failure: a drift, or in a strict comparison anything that is not
  /// confirmed, unless the user accepted it.
  public internal(set) var isFailure = false
  /// The text to compare with another request; for a secret its value, which is never printed.
  package internal(set) var comparedText = ""
}

extension Finding {
  /// The highest tier of its evidence; nil if there is no evidence.
  public var tier: EvidenceTier? {
    let tiers = evidence.map(\.tier)
    return EvidenceTier.allCases.last { tiers.contains($0) }
  }

  /// The name of the property in reports: `accel tcg tb-size`, `device nic mac`, `m size`, `uuid`.
  public var title: String {
    let repetition = OptionTable.declaration(option)?.repetition
    let isOneOfMany = instance != "0" || repetition == .accumulates || repetition == .accumulatesInOrder
    return [option, isOneOfMany ? instance : "", property == option ? "" : property].filter { !$0.isEmpty }
      .joined(separator: " ")
  }
}
