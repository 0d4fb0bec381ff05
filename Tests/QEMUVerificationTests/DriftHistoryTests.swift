import Testing

@testable import QEMUVerification

/// The changes between the verifications of one virtual machine.
@Suite struct DriftHistoryTests {
  private func drift(_ property: String, _ observed: String?) -> Finding {
    Finding(
      option: "m", instance: "0", property: property, requested: "1G", observed: observed, verdict: .drifted,
      evidence: [], reason: nil, remedy: nil)
  }

  @Test func aNewDriftIsReportedOnce() {
    var history = DriftHistory()
    let found = drift("size", "2G")
    #expect(history.update(with: [found]) == [.drifted(found)])
    #expect(history.update(with: [found]).isEmpty)
    #expect(!history.isEmpty)
  }

  @Test func aNewDriftWithoutAValueIsReported() {
    var history = DriftHistory()
    let found = drift("size", nil)
    #expect(history.update(with: [found]) == [.drifted(found)])
  }

  @Test func aResolvedDriftHasTheValueThatIsObservedNow() {
    var history = DriftHistory()
    _ = history.update(with: [drift("size", "2G")])
    #expect(history.update(with: [], among: [drift("size", "1G")]) == [.resolved(drift("size", "1G"))])
  }

  @Test func anotherValueIsReportedAgain() {
    var history = DriftHistory()
    _ = history.update(with: [drift("size", "2G")])
    #expect(history.update(with: [drift("size", "3G")]) == [.drifted(drift("size", "3G"))])
  }

  @Test func aDriftThatEndsIsReportedAfterTheNewOnes() {
    var history = DriftHistory()
    _ = history.update(with: [drift("size", "2G")])
    #expect(
      history.update(with: [drift("slots", "1")])
        == [.drifted(drift("slots", "1")), .resolved(drift("size", "2G"))])
    #expect(history.update(with: []) == [.resolved(drift("slots", "1"))])
    #expect(history.isEmpty)
  }
}
