/// A change between two verifications of a virtual machine.
public enum DriftChange: Sendable, Hashable {
  /// A property differs from the request, or differs from it in another way than before.
  case drifted(Finding)
  /// A property that had drifted matches the request again, or is no longer requested; with its finding now, or else the
  /// last one.
  case resolved(Finding)
}

/// The drifts of a virtual machine over several verifications.
public struct DriftHistory: Sendable, Hashable {
  /// The drifts of the last verification, by their titles.
  private var drifts: [String: Finding] = [:]

  /// Makes a history without drifts.
  public init() {}

  /// A Boolean value that indicates whether the last verification found no drift.
  public var isEmpty: Bool { drifts.isEmpty }

  /// Adds a verification.
  /// - Parameters:
  ///   - found: the drifts of its report.
  ///   - findings: all findings of its report.
  /// - Returns: the changes since the previous verification: new drifts first, each group sorted by its titles.
  public mutating func update(with found: [Finding], among findings: [Finding] = []) -> [DriftChange] {
    let previous = drifts
    drifts = Dictionary(found.map { ($0.title, $0) }) { first, _ in first }
    let new = drifts.filter { previous[$0.key]?.observed != $0.value.observed || previous[$0.key] == nil }
    let resolved = previous.filter { drifts[$0.key] == nil }
      .map { title, last in (key: title, value: findings.first { $0.title == title } ?? last) }
    return new.sorted { $0.key < $1.key }.map { .drifted($0.value) }
      + resolved.sorted { $0.key < $1.key }.map { .resolved($0.value) }
  }
}
