import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// A finding rests on the evidence that it names: where that is taken away, nothing is confirmed and nothing is a drift any more,
/// unless other evidence shows it.
@Suite struct RemovedWitnessTests {
  @Test(arguments: RecordedObservation.all, Removal.allCases)
  func nothingIsProvedWithoutItsWitness(recording: RecordedObservation, removal: Removal) throws {
    let verification = try Verification(of: QEMUConfiguration(arguments: recording.requested))
    for finding in try recording.report().findings where finding.verdict == .confirmed {
      for source in Set(finding.evidence.map(\.source)) {
        let left = verification.verdict(on: finding, without: source, by: removal, recording.observation)
        #expect(left != .confirmed && left != .drifted, "\(left) without \(source): \(finding.title)")
      }
    }
  }

  @Test(arguments: RecordedObservation.all, Removal.allCases)
  func noAcceleratorIsProvedWithoutItsWitness(recording: RecordedObservation, removal: Removal) throws {
    let honest = try recording.report().accelerator
    var observation = recording.observation
    for source in honest.evidence.map(\.source) { observation.remove(source, by: removal) }
    let verdict = try recording.report(observation).accelerator.verdict
    #expect(verdict != .confirmed && verdict != .drifted)
  }
}

/// A way in which a witness is not there.
enum Removal: CaseIterable {
  /// It was never read.
  case unread
  /// QEMU has the command and refuses it, the host does not have the file.
  case refused
  /// QEMU does not have the command.
  case unknown
  /// QEMU did not answer in time, the caller may not read the file.
  case denied
}

extension Verification {
  /// Judges one finding without a piece of its evidence, and without what it is then proved by.
  fileprivate func verdict(
    on finding: Finding, without source: String, by removal: Removal, _ observation: Observation
  ) -> Verdict {
    var (observation, removed, source) = (observation, Set<String>(), source)
    while true {
      observation.remove(source, by: removal)
      removed.insert(source)
      let left = findings(in: observation) {
        ($0, $1, $2) == (finding.option, finding.instance, finding.property)
      }.first
      guard let left, left.verdict == .confirmed || left.verdict == .drifted else {
        return left?.verdict ?? .unobservable
      }
      guard let other = left.evidence.first(where: { !removed.contains($0.source) }) else {
        return left.verdict
      }
      source = other.source
    }
  }
}

extension Observation {
  /// Takes away what evidence names as its source.
  fileprivate mutating func remove(_ source: String, by removal: Removal) {
    for query in answers.keys where query.description == source {
      switch removal {
      case .unread: answers[query] = nil
      case .refused: answers[query] = .refused(errorClass: "GenericError", description: "not now")
      case .unknown: answers[query] = .refused(errorClass: "CommandNotFound", description: "no such command")
      case .denied: (answers[query], unanswered[query]) = (nil, "it did not answer")
      }
    }
    for place in host.keys where ["/proc \(place.rawValue)", "kernel \(place.rawValue)"].contains(source) {
      host[place] = removal.answer
    }
    for variable in globals.keys where "memory \(variable.symbol)" == source {
      globals[variable] = removal.answer
    }
  }
}

extension Removal {
  fileprivate var answer: HostAnswer? {
    switch self {
    case .unread: nil
    case .refused, .unknown: .unavailable("it is not there")
    case .denied: .unreadable("permission denied")
    }
  }
}
