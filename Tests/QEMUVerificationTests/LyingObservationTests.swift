import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// A check that always confirms would pass every test of what is true. So each is lied to: a recorded value that its finding
/// names as evidence is changed, and the finding must turn into a drift.
@Suite struct LyingObservationTests {
  @Test(arguments: RecordedObservation.all)
  func everyConfirmedFindingNoticesALie(recording: RecordedObservation) throws {
    let verification = try Verification(of: QEMUConfiguration(arguments: recording.requested))
    var unnoticed = Dictionary(
      try recording.report().findings.filter { $0.verdict == .confirmed && $0.isFirm }.map {
        (FindingName($0), Set($0.evidence.map(\.source)))
      }, uniquingKeysWith: { $1 })
    // One lie is enough for a finding, and only those are judged that name what the lie is about.
    for source in Set(unnoticed.values.joined()).sorted() {
      for lie in Lie.all(about: recording.observation, sources: [source]) {
        let names = Set(unnoticed.filter { $0.value.contains(source) }.keys)
        if names.isEmpty { break }
        for name in verification.drifts(among: names, in: lie) { unnoticed[name] = nil }
      }
    }
    for name in unnoticed.keys {
      Issue.record("no lie about its evidence is noticed by \(name.words.joined(separator: " "))")
    }
  }

  @Test(arguments: RecordedObservation.all)
  func aLieAboutTheAcceleratorIsNoticed(recording: RecordedObservation) throws {
    let honest = try recording.report().accelerator
    let sources = Set(honest.evidence.map(\.source))
    let noticed = try Lie.all(about: recording.observation, sources: sources).contains { lie in
      let accelerator = try recording.report(lie).accelerator
      return accelerator.verdict != honest.verdict || accelerator.live != honest.live
    }
    #expect(noticed)
  }

  @Test func aDeviceThatIsOpenUnderAnotherNameIsNotConfirmed() throws {
    for recording in RecordedObservation.all("kvm-device") {
      let lies = Lie.all(about: recording.observation, sources: ["/proc descriptors"])
      let verdicts = try lies.map { lie in
        try recording.report(lie).findings.first { $0.property == "device" }?.verdict
      }
      #expect(verdicts.contains { [.unobservable, .unobserved].contains($0) })
    }
  }
}

extension Finding {
  /// A Boolean value that indicates whether only one value is correct. If the request leaves the choice to QEMU, any
  /// value is; a file with another name may be the same file, and a running guest may have been resumed.
  fileprivate var isFirm: Bool {
    !["auto", "max"].contains(requested) && reason?.contains("leaves the choice") != true
      && option != "S"
      && !evidence.contains { ["/proc descriptors", "/proc user-configuration"].contains($0.source) }
  }
}

/// The property of a finding.
private struct FindingName: Hashable {
  let words: [String]

  init(_ option: String, _ instance: String, _ property: String) { words = [option, instance, property] }

  init(_ finding: Finding) { self.init(finding.option, finding.instance, finding.property) }
}

extension Verification {
  /// Judges some findings, and names those that became drifts.
  fileprivate func drifts(among names: Set<FindingName>, in lie: Observation) -> [FindingName] {
    var findings = self.findings(in: lie) { names.contains(FindingName($0, $1, $2)) }
    if findings.contains(where: { $0.reason?.hasPrefix("QEMU was not queried") == true }) {
      findings = self.findings(in: completed(lie)) { names.contains(FindingName($0, $1, $2)) }
    }
    return findings.filter { $0.verdict == .drifted }.map(FindingName.init)
  }

  /// The observation with answers to what only a QEMU that lies has to be asked: lists of nothing, but for objects.
  fileprivate func completed(_ lie: Observation) -> Observation {
    var lie = lie
    for query in needs(given: lie).queries {
      let controller: JSON = ["name": "ioapic", "type": "child<kvm-ioapic>"]
      lie.answers[query] = .value(.array(query.command == "qom-list" ? [controller] : []))
    }
    return lie
  }
}
