import QEMUCommandLine

/// The verdict on one thing that was asked for.
public enum Verdict: String, Sendable, Hashable, CaseIterable {
  /// The live virtual machine has it, after QEMU's own normalisation.
  case confirmed
  /// A later entry of the user's own list took effect.
  case fellBack = "fell-back"
  /// The live virtual machine contradicts it.
  case drifted
  /// Nothing that this QEMU and this host show can tell; the reason says what would.
  case unobservable
  /// It could be shown, but not to this caller now; the reason says what was in the way.
  case unobserved
}

/// The access that evidence needs, from the least to the most.
public enum EvidenceTier: String, Sendable, Hashable, CaseIterable {
  /// QEMU answers it to whoever has its monitor.
  case monitor
  /// The kernel tells it of the process, to its user and to root.
  case host
  /// The kernel tells it to root alone, and stops the process for a moment.
  case kernel
  /// It is in QEMU's memory, which a process with ptrace rights can read.
  case deep
}

/// One thing that was seen, and where.
public struct Evidence: Sendable, Hashable {
  /// The query or the file that showed it.
  public let source: String
  /// The value that was observed.
  public let observed: String

  /// Makes a piece of evidence.
  public init(source: String, observed: String) {
    self.source = source
    self.observed = observed
  }

  /// The access that the evidence needed.
  public var tier: EvidenceTier {
    if source.hasPrefix("memory ") { return .deep }
    if source.hasPrefix("kernel ") { return .kernel }
    return source.hasPrefix("/proc ") ? .host : .monitor
  }

  init(_ global: GlobalVariable, _ observed: String) {
    self.init(source: "memory \(global.symbol)", observed: observed)
  }
  init(file path: String, _ observed: String) { self.init(source: "/proc file \(path)", observed: observed) }
  init(_ query: QueryRequest, _ observed: String) { self.init(source: query.description, observed: observed) }
  init(_ host: HostSource, _ observed: String) {
    let place = host.needsRoot ? "kernel" : "/proc"
    self.init(source: "\(place) \(host.rawValue)", observed: observed)
  }
}

/// The remedy for a drift.
public struct Remedy: Sendable, Hashable {
  /// The way in which a remedy can take effect.
  public enum Kind: String, Sendable, Hashable {
    /// On the running virtual machine.
    case live
    /// With the next start.
    case restart
    /// Not with this QEMU on this host.
    case impossible
  }

  /// The way in which a remedy can take effect.
  public let kind: Kind
  /// The text of the remedy; never empty.
  public let text: String

  /// Makes a remedy.
  public init(_ kind: Kind, _ text: String) {
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

  /// Returns the same judgement with what another one rests on before its own evidence.
  func resting(on held: Judgement) -> Judgement {
    var judgement = self
    judgement.evidence = held.evidence + evidence
    return judgement
  }

  /// Confirmed where the two agree, else drifted.
  static func compare(
    _ agree: Bool, observed: String, _ evidence: [Evidence], reason: String? = nil, else remedy: Remedy
  ) -> Judgement {
    Judgement(
      verdict: agree ? .confirmed : .drifted, observed: observed, evidence: evidence, reason: reason,
      remedy: agree ? nil : remedy)
  }
}

/// The result for one property that the request names.
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
  /// A Boolean value that indicates whether the user waived this finding.
  public internal(set) var isAccepted = false
  /// A Boolean value that indicates whether it fails the comparison: a drift, or in a strict comparison anything that is not
  /// The move of a disk to another image, where the drift is due to one.
  public internal(set) var imageMove: ImageMove?
  /// confirmed, unless the user waived it.
  public internal(set) var isFailure = false
  /// The text that is compared with another request's; of a secret its value, which is shown nowhere.
  package internal(set) var comparedText = ""
}

extension Finding {
  /// The most that any of its evidence took; nil where there is none.
  public var tier: EvidenceTier? {
    let tiers = evidence.map(\.tier)
    return EvidenceTier.allCases.last { tiers.contains($0) }
  }

  /// The property as reports name it: `accel tcg tb-size`, `device nic mac`, `m size`, `uuid`.
  public var title: String {
    let repetition = OptionTable.declaration(option)?.repetition
    let isOneOfMany = instance != "0" || repetition == .accumulates || repetition == .accumulatesInOrder
    return [option, isOneOfMany ? instance : "", property == option ? "" : property].filter { !$0.isEmpty }
      .joined(separator: " ")
  }
}
