import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// Tests of the number of queries and rounds: each delays the guest.
@Suite struct EvidenceRoundsTests {
  /// Asks as a virtual machine does, and answers from the recording.
  private func rounds(_ recording: RecordedObservation) throws -> [EvidenceNeeds] {
    let verification = try Verification(of: QEMUConfiguration(arguments: recording.requested))
    var observation = Observation()
    observation.standardError = recording.observation.standardError
    var rounds: [EvidenceNeeds] = []
    while rounds.count < 10 {
      let needs = verification.needs(given: observation)
      if needs.isEmpty { break }
      rounds.append(needs)
      for query in needs.queries { observation.answers[query] = recording.observation.answers[query] }
      for global in needs.globals { observation.globals[global] = recording.observation.globals[global] }
      for source in needs.host { observation.host[source] = recording.observation.host[source] }
    }
    return rounds
  }

  @Test(arguments: RecordedObservation.all)
  func aRequestIsSettledInFewRoundsAndNothingIsAskedTwice(recording: RecordedObservation) throws {
    let rounds = try rounds(recording)
    let queries = rounds.flatMap(\.queries)
    let named = try recording.report().findings.count
    #expect(Set(queries).count == queries.count)
    // The longest way is to kvm's interrupt controllers: the accelerator twice, the CPU, the machine, its host bridge.
    #expect(rounds.count <= 5, "\(rounds.count)")
    // Five for the accelerator and its kind of proof, four for lists and aliases, and at most one for each property.
    #expect(queries.count <= named + 9, "\(queries)")
  }
}
