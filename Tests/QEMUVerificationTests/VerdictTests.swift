import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// The verdicts of findings and of whole reports.
@Suite struct VerdictTests {
  private let denied = HostAnswer.unreadable("/proc/7/maps: Permission denied; run the command as root")

  /// A QEMU under tcg that answers every query which these tests ask.
  private func tcg() -> Observation {
    var observation = Observation()
    observation.answers[QueryRequest("query-accelerators")] = .value(["enabled": "tcg"])
    observation.answers[QueryRequest("query-uuid")] = .value(["UUID": "5c9b2f1e-0000-0000-0000-000000000001"])
    observation.answers[QueryRequest("query-name")] = .value(["name": "web"])
    return observation
  }

  private func report(
    _ arguments: [String], _ observation: Observation, accepted: [String] = [], strict: Bool = false
  ) throws -> VerificationReport {
    try Verification(of: QEMUConfiguration(arguments: arguments))
      .judge(observation, by: VerificationPolicy(accepted: accepted, isStrict: strict))
  }

  @Test(arguments: [
    ("split-wx", HostSource.maps), ("thread", .threads),
  ])
  func aSourceThatThisCallerMayNotReadLeavesThePropertyUnobserved(property: String, source: HostSource) throws
  {
    var observation = tcg()
    observation.answers[QueryRequest("query-cpus-fast")] = .value([
      ["qom-path": "/cpu", "thread-id": 9, "target": "x86_64"]
    ])
    for query in ["x-query-jit", "x-accel-stats"] {
      observation.answers[QueryRequest(query)] = .refused(errorClass: "CommandNotFound", description: "none")
    }
    observation.answers[QueryRequest("qom-get", ["path": "/machine", "property": "smp"])] = .value([
      "cpus": 1, "maxcpus": 1,
    ])
    observation.host[source] = denied
    let value = property == "thread" ? "multi" : "on"
    let report = try report(["-accel", "tcg,\(property)=\(value)"], observation)
    #expect(report.findings.map(\.verdict) == [.unobserved])
    #expect(report.findings.first?.reason?.contains("Permission denied; run") == true)
    #expect(report.verdict == .unproven)
  }

  @Test func memoryThatMayNotBeReadIsUnobservedAndMemoryThatHasNoSuchVariableUnobservable() throws {
    for (answer, verdict) in [
      (denied, Verdict.unobserved), (.unavailable("no variable"), .unobservable),
    ] {
      var observation = tcg()
      observation.globals[GlobalVariable("reboot_action")] = answer
      #expect(try report(["-no-reboot"], observation).findings.map(\.verdict) == [verdict])
    }
  }

  @Test func aQueryThatIsNotAnsweredInTimeLeavesThePropertyUnobserved() throws {
    var observation = tcg()
    observation.answers[QueryRequest("query-uuid")] = nil
    observation.unanswered[QueryRequest("query-uuid")] = "query-uuid was not answered within 5.0 seconds"
    let arguments = ["-name", "web", "-uuid", "5c9b2f1e-0000-0000-0000-000000000001"]
    let report = try report(arguments, observation)
    #expect(report.findings.map(\.verdict) == [.confirmed, .unobserved])
    #expect(report.verdict == .unproven)
    let needs = try Verification(of: QEMUConfiguration(arguments: arguments)).needs(given: observation)
    #expect(needs.isEmpty, "it is not asked again")
  }

  @Test func aProcessThatIsStoppedIsNeverConfirmed() throws {
    var observation = tcg()
    #expect(try report(["-accel", "tcg"], observation).verdict == .confirmed)
    observation.stopReason = "process 7 is stopped by a signal"
    let stopped = try report(["-accel", "tcg"], observation)
    #expect(stopped.verdict == .unproven)
    #expect(stopped.accelerator.reason == "process 7 is stopped by a signal")
    #expect(try report(["-accel", "kvm"], observation).verdict == .drifted, "a drift stays one")
  }

  @Test(arguments: [
    (MonitorUnavailability("its monitor is held by another client", isTemporary: true), Verdict.unobserved),
    (MonitorUnavailability("it has no QMP monitor", isTemporary: false), .unobservable),
  ])
  func aHeldMonitorCouldShowWhatAMissingOneCannot(
    monitorUnavailability: MonitorUnavailability, verdict: Verdict
  ) throws {
    var observation = Observation()
    observation.monitorUnavailability = monitorUnavailability
    observation.host[.descriptors] = .text("9 0:0 anon_inode:kvm-vm")
    observation.host[.maps] = .text("")
    observation.host[.threads] = .text("")
    let report = try report(["-accel", "kvm", "-name", "web"], observation)
    #expect(report.accelerator.verdict == .confirmed)
    #expect(report.findings.map(\.verdict) == [verdict])
    #expect(report.verdict == (verdict == .unobserved ? .unproven : .confirmed))
    #expect(report.findings.first?.reason?.contains(monitorUnavailability.reason) == true)
  }

  @Test func anAcceleratorThatMayNotBeLookedForIsUnobserved() throws {
    var observation = Observation()
    observation.monitorUnavailability = MonitorUnavailability("it has no QMP monitor", isTemporary: false)
    for source in [HostSource.descriptors, .maps, .threads] { observation.host[source] = denied }
    let report = try report(["-accel", "kvm"], observation)
    #expect(report.accelerator.live == nil)
    #expect(report.accelerator.verdict == .unobserved)
    #expect(report.accelerator.reason?.contains("Permission denied") == true)
    #expect(report.verdict == .unproven)
  }

  @Test func aStrictComparisonCountsEverythingThatIsNotConfirmed() throws {
    // A fallback, an unobservable and an unobserved property.
    var observation = tcg()
    observation.standardError = "qemu: -accel xen: invalid accelerator xen\nqemu: falling back to tcg\n"
    observation.globals[GlobalVariable("reboot_action")] = denied
    let arguments = ["-accel", "xen", "-accel", "tcg", "-fw_cfg", "name=opt/a,string=b", "-no-reboot"]
    let lenient = try report(arguments, observation)
    #expect(lenient.verdict == .unproven)
    #expect(lenient.junit(named: "web").contains("failures=\"0\" errors=\"1\" skipped=\"2\""))
    let strict = try report(arguments, observation, strict: true)
    #expect(strict.verdict == .drifted)
    #expect(strict.accelerator.isFailure)
    #expect(strict.findings.map(\.isFailure) == [true, true, true])
    #expect(strict.junit(named: "web").contains("failures=\"4\" errors=\"0\" skipped=\"0\""))
    let waived = try report(
      arguments, observation, accepted: ["accel", "fw_cfg", "no-reboot"], strict: true)
    #expect(waived.verdict == .fellBack)
    #expect(waived.junit(named: "web").contains("failures=\"0\" errors=\"0\" skipped=\"0\""))
  }

  @Test func aFallbackHasARemedy() throws {
    let report = try report(["-accel", "xen", "-accel", "tcg"], tcg())
    #expect(report.accelerator.verdict == .fellBack)
    let remedy = report.json["accelerator"]?["remedy"]?["text"]?.stringValue
    #expect(remedy?.contains("xen") == true)
  }

  @Test(arguments: [
    ("nam", "name"), ("name.gest", "name.guest"), ("accel.tb-siz", "accel.tb-size"), ("uuid.x", "uuid"),
  ])
  func aWaivedNameThatMatchesNothingIsAnErrorWithTheNearest(name: String, nearest: String) throws {
    let verification = try Verification(
      of: QEMUConfiguration(arguments: [
        "-name", "web", "-uuid", "5c9b2f1e-0000-0000-0000-000000000001", "-accel", "tcg,tb-size=64",
      ]))
    let error = #expect(throws: CommandLineError.self) {
      try verification.requireFindings(named: ["name", name])
    }
    #expect(error?.summary.contains("--accept \(name)") == true)
    #expect(error?.remedy.contains("did you mean \(nearest)?") == true)
  }

  @Test func aPropertyOfAListIsWaivedByTheListsName() throws {
    let verification = try Verification(
      of: QEMUConfiguration(arguments: ["-netdev", "user,id=n0,hostfwd=tcp::5601-:22"]))
    try verification.requireFindings(named: ["netdev.hostfwd", "accel", "netdev"])
    #expect(throws: CommandLineError.self) { try verification.requireFindings(named: ["netdev.host"]) }
  }

  @Test(arguments: [
    (["-uuid", "5c9b2f1e-0000-0000-0000-000000000001"], "uuid"), (["-no-reboot"], "no-reboot"),
    (["-kernel", "bzImage"], "kernel"), (["-hda", "disk.img"], "hda"), (["-vnc", ":7"], "vnc"),
  ])
  func anOptionWithOnePlainValueHasItsOwnNameAsProperty(arguments: [String], name: String) throws {
    let finding = try #require(try report(arguments, Observation()).findings.first)
    #expect(finding.property == name)
    #expect(finding.title == name || finding.title == "\(name) 0" || finding.title == "\(name) 0 \(name)")
  }
}
