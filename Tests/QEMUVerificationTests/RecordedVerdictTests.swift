import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// The judge on what real QEMUs showed.
@Suite struct RecordedVerdictTests {
  @Test func theRecordingsCoverEveryQEMU() {
    #expect(RecordedObservation.all.count == 86)
    #expect(Set(RecordedObservation.all.map { $0.description.split(separator: "/")[0] }).count == 6)
  }

  @Test(arguments: RecordedObservation.all)
  func whatWasRecordedIsAllThatIsNeeded(recording: RecordedObservation) throws {
    let verification = try Verification(of: QEMUConfiguration(arguments: recording.requested))
    #expect(verification.needs(given: recording.observation).isEmpty)
    #expect(Observation(json: recording.observation.json) == recording.observation)
  }

  @Test(arguments: RecordedObservation.all)
  func aVerdictNamesWhatWasSeenOrWhyItWasNot(recording: RecordedObservation) throws {
    for finding in try recording.report().findings {
      switch finding.verdict {
      case .confirmed: #expect(!finding.evidence.isEmpty && finding.observed != nil, "\(finding)")
      case .drifted: #expect(!finding.evidence.isEmpty && finding.remedy?.text.isEmpty == false, "\(finding)")
      default: #expect(finding.reason?.isEmpty == false, "\(finding)")
      }
    }
  }

  @Test(arguments: RecordedObservation.all("multi"))
  func twoThreadsSplitMappingsAndTheCacheAreConfirmed(recording: RecordedObservation) throws {
    let report = try recording.report()
    #expect(report.accelerator.live == "tcg")
    #expect(report.accelerator.verdict == .confirmed)
    let drifts = report.drifts.map(\.property)
    #expect(drifts == (recording.isX86 ? ["avx512f"] : []), "\(drifts)")
    let unobservable = report.findings.filter { $0.verdict == .unobservable }.map(\.option)
    #expect(unobservable == [])
  }

  @Test(arguments: RecordedObservation.all("fallback"))
  func aFallbackWithAClampedCacheIsBoth(recording: RecordedObservation) throws {
    let report = try recording.report()
    #expect(report.accelerator.verdict == .fellBack)
    #expect(report.accelerator.reason?.contains("invalid accelerator") == true)
    #expect(report.drifts.map(\.property) == ["tb-size"])
    #expect(report.drifts.first?.observed == "2048")
    #expect(report.findings.first { $0.property == "thread" }?.observed == "single")
    #expect(try recording.report(accepting: ["accel.tb-size"]).verdict == .fellBack)
  }

  /// All that is written otherwise than QEMU shows it, and a default taken for a zero: nothing of it is a drift.
  @Test(arguments: RecordedObservation.all("spelled", "single", "default"))
  func whatIsOnlySpelledOtherwiseIsNoDrift(recording: RecordedObservation) throws {
    let report = try recording.report()
    #expect(report.verdict == .confirmed)
    let unconfirmed = report.findings.filter { $0.verdict != .confirmed && !$0.property.isEmpty }.map(
      \.property)
    // No guest sees the frequency under tcg, whatever the CPU holds.
    let unseen = recording.isX86 ? ["tsc-freq", "maxmem"] : ["maxmem"]
    #expect(unconfirmed == (recording.scenario == "spelled" ? unseen : []), "\(unconfirmed)")
  }

  @Test(arguments: RecordedObservation.all("kvm-fallback"))
  func aFallbackFromADeviceThatIsNotThereSaysSo(recording: RecordedObservation) throws {
    let report = try recording.report()
    #expect(report.accelerator.requested == ["kvm", "tcg"])
    #expect(report.accelerator.verdict == .fellBack)
    #expect(report.accelerator.reason?.contains("Could not access KVM kernel module") == true)
    // The properties of the entry that did not take effect are not judged.
    #expect(report.findings.filter { $0.option == "accel" }.map(\.property) == ["tb-size"])
  }

  @Test(arguments: RecordedObservation.all("default"))
  func withoutAnAcceleratorOptionTheLiveOneIsToldAndNotJudged(recording: RecordedObservation) throws {
    let report = try recording.report()
    #expect(report.accelerator.live == "tcg")
    #expect(report.accelerator.requested == [])
    #expect(!report.findings.contains { $0.option == "accel" })
  }

  static let kvmFindings: [(scenario: String, property: String, observed: String?, verdict: Verdict)] = [
    ("kvm-on", "kernel-irqchip", "on", .confirmed), ("kvm-on", "dirty-ring-size", "4096", .confirmed),
    ("kvm-on", "notify-vmexit", nil, .unobservable), ("kvm-on", "notify-window", nil, .unobservable),
    ("kvm-off", "kernel-irqchip", "off", .confirmed), ("kvm-isa-on", "kernel-irqchip", "on", .confirmed),
    ("kvm-isa-split", "kernel-irqchip", nil, .unobservable),
    ("kvm-ring", "kernel-irqchip", "split", .confirmed), ("kvm-ring", "dirty-ring-size", "1024", .confirmed),
    ("kvm-no-ring", "dirty-ring-size", "0", .confirmed),
    ("kvm-no-ring", "kernel-irqchip", "on", .confirmed),
    ("kvm-split", "kernel-irqchip", "split", .confirmed),
    ("kvm-split", "kvm-shadow-mem", "4194304", .confirmed),
    ("kvm-held", "kernel-irqchip", "split", .confirmed),
    ("kvm-held", "kvm-shadow-mem", "8388608", .confirmed),
    ("kvm-held", "dirty-ring-size", "2048", .confirmed), ("kvm-held", "notify-vmexit", nil, .unobservable),
    ("kvm-no-apic", "kernel-irqchip", "off", .confirmed),
    ("kvm-cpu", "pmu", "stored by QEMU, not offered to the guest", .drifted),
    ("kvm-cpu", "hv-relaxed", "stored by QEMU, not offered to the guest", .drifted),
    ("kvm-cpu", "hv-spinlocks", "stored by QEMU, not offered to the guest", .drifted),
    ("kvm-cpu", "hv-vapic", "off", .confirmed),
    ("kvm-device", "device", "/dev/kvm", .confirmed), ("kvm-device", "kernel-irqchip", "on", .confirmed),
  ]

  @Test(arguments: kvmFindings)
  func kvmIsJudgedByItsWitnesses(
    row: (scenario: String, property: String, observed: String?, verdict: Verdict)
  ) throws {
    for recording in RecordedObservation.all(row.scenario) {
      let report = try recording.report()
      #expect(report.accelerator.live == "kvm")
      let finding = try #require(report.findings.first { $0.property == row.property })
      #expect(finding.verdict == row.verdict, "\(recording): \(finding)")
      #expect(finding.observed == row.observed, "\(recording): \(finding)")
    }
  }

  /// The names are those of the scenario `kvm-held` that a QEMU of before 9.1 or 11.0 lacks.
  static let laterProperties: [(property: String, observed: String?, verdict: Verdict)] = [
    ("device", "/dev/kvm", .confirmed), ("honor-guest-pat", "off", .confirmed),
    ("xen-gnttab-max-frames", nil, .unobservable),
  ]

  @Test(arguments: laterProperties)
  func aLaterPropertyIsJudgedWhereItIs(row: (property: String, observed: String?, verdict: Verdict)) throws {
    let findings = try RecordedObservation.all("kvm-held").flatMap { try $0.report().findings }
      .filter { $0.property == row.property }
    #expect(!findings.isEmpty)
    #expect(findings.allSatisfy { $0.verdict == row.verdict && $0.observed == row.observed }, "\(findings)")
  }

  @Test func ofTwoSizesTheMachinesIsLost() throws {
    for recording in RecordedObservation.all("kvm-cpu") {
      let sizes = try recording.report().findings.filter { $0.property == "kvm-shadow-mem" }
      #expect(sizes.map(\.option) == ["accel", "machine"])
      #expect(sizes.map(\.verdict) == [.confirmed, .drifted])
    }
  }

  @Test func notifyIsSaidToBeInertWhereTheHostLacksTheCapability() throws {
    let recording = try #require(RecordedObservation.all("kvm-on").first)
    let finding = try recording.report().findings.first { $0.property == "notify-vmexit" }
    #expect(finding?.reason?.contains("no effect") == true, "\(String(describing: finding))")
  }

  @Test func everyPropertyOfEveryAcceleratorHasACheck() throws {
    for (accelerator, declarations) in Accelerator.declarations where !declarations.isEmpty {
      var observation = Observation()
      observation.answers[QueryRequest("query-accelerators")] = .value(["enabled": .string(accelerator)])
      for declaration in declarations {
        let verification = try Verification(
          of: QEMUConfiguration([
            Occurrence(Accelerator.other(name: accelerator, assignments: [Assignment(declaration.name, "x")]))
          ]))
        let findings = verification.judge(observation).findings
        #expect(findings.count == 1)
        #expect(
          findings.first?.reason?.contains("does not know how") == false, "\(accelerator) \(declaration.name)"
        )
      }
    }
  }
}
