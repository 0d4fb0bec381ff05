import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// Tests that another spelling of the same value is no drift, and that a similar but different value is one.
@Suite struct NormalisationTests {
  static let machineProperties: [(wanted: String, observed: JSON, verdict: Verdict)] = [
    ("on", true, .confirmed), ("yes", true, .confirmed), ("y", true, .confirmed), ("true", "on", .confirmed),
    ("off", false, .confirmed), ("no", "off", .confirmed), ("off", true, .drifted), ("on", "off", .drifted),
    ("auto", "auto", .confirmed), ("auto", "on", .confirmed), ("max", "3", .confirmed), ("2", "3", .drifted),
    ("2G", 2_147_483_648, .confirmed), ("0x10", 16, .confirmed), ("010", 8, .confirmed), ("10", 8, .drifted),
    ("mm", "/objects/mm", .confirmed), ("mm", "/objects/other", .drifted), ("-1", -1, .confirmed),
    ("52:54:00:AB:CD:EF", "52:54:00:ab:cd:ef", .confirmed),
    ("18446744073709551615", .unsigned(.max), .confirmed),
    ("BA0E2D5E-3F1C-4C0B-9B4A-2F2D0D6E0A11", "ba0e2d5e-3f1c-4c0b-9b4a-2f2d0d6e0a11", .confirmed),
    ("/Boot/kernel", "/boot/kernel", .drifted), ("console=TTYS0", "console=ttyS0", .drifted),
    ("foo", -1, .drifted), ("52-54-00-AB-CD-EF", "52:54:00:ab:cd:ef", .confirmed),
    ("52:54:0:a:b:c", "52:54:00:0a:0b:0c", .confirmed), ("52:54:0:a:b:c", "52:54:00:0a:0b:0d", .drifted),
    ("52:54:00:12:34", "52:54:00:12:34:00", .drifted), ("0:1f.2", "0000:00:1f.2", .confirmed),
    ("1:1f.2", "0000:00:1f.2", .drifted), ("/run//a/./b", "/run/a/b", .confirmed), ("./b", "b", .confirmed),
    ("/run/a", "/run/b", .drifted), ("bmc0", "/machine/peripheral/bmc0", .confirmed),
    ("/machine/peripheral/bmc0", "/machine/peripheral/bmc0", .confirmed), ("c0", "/chardevs/c0", .confirmed),
    ("bmc0", "/machine/peripheral/bmc0/x", .drifted), ("mc0", "/machine/peripheral/bmc0", .drifted),
    ("peripheral/bmc0", "/machine/peripheral/bmc0", .confirmed), ("b", "/srv/a/b", .drifted),
    ("0x10", "16", .drifted), ("010", "8", .drifted), ("010", 8, .confirmed),
    ("-1", .unsigned(.max), .drifted), ("1.5k", 1536, .confirmed),
  ]

  @Test(arguments: machineProperties)
  func aMachinePropertyIsComparedAsQEMUNormalisesIt(
    row: (wanted: String, observed: JSON, verdict: Verdict)
  ) throws {
    let report = try judge(["-machine", "foo=\(row.wanted)"], "foo", row.observed)
    #expect(report.findings.map(\.verdict) == [row.verdict], "\(report.findings)")
  }

  static let memory: [(wanted: String, bytes: Int64, verdict: Verdict)] = [
    ("4", 4_194_304, .confirmed), ("0.5G", 536_870_912, .confirmed), ("131073k", 134_225_920, .confirmed),
    ("134217729b", 134_225_920, .confirmed), ("64M", 67_108_865, .drifted), ("0", 134_217_728, .confirmed),
    ("64M", 134_217_728, .drifted),
  ]

  @Test(arguments: memory)
  func memoryIsRoundedUpTo8KiB(row: (wanted: String, bytes: Int64, verdict: Verdict)) throws {
    let report = try judge(["-m", row.wanted], "memory", ["size": .integer(row.bytes)])
    #expect(report.findings.map(\.verdict) == [row.verdict], "\(report.findings)")
  }

  @Test func memoryOfAMachinePropertyIsInBytes() throws {
    for (wanted, bytes) in [("67108864", 67_108_864), ("64M", 67_108_864)] {
      let report = try judge(
        ["-machine", "memory.size=\(wanted)"], "memory", ["size": .integer(Int64(bytes))])
      #expect(report.findings.map(\.verdict) == [.confirmed], "\(report.findings)")
    }
    let report = try judge(["-machine", "memory.size=64"], "memory", ["size": 67_108_864])
    #expect(report.findings.map(\.verdict) == [.drifted])
  }

  @Test func mostMemoryIsNotShownWithoutSlots() throws {
    let report = try judge(["-m", "64M,slots=0,maxmem=1G"], "memory", ["size": 67_108_864])
    #expect(report.findings.map(\.verdict) == [.confirmed, .confirmed, .unobservable])
    let slots = try judge(["-m", "64M,slots=1,maxmem=1G"], "memory", ["size": 67_108_864])
    #expect(slots.findings.map(\.verdict) == [.confirmed, .drifted, .unobservable])
  }

  @Test func aZeroInTheTopologyLeavesTheChoiceToQEMU() throws {
    let report = try judge(
      ["-smp", "maxcpus=4,cores=0,threads=2"], "smp", ["maxcpus": 4, "cores": 4, "threads": 1])
    #expect(report.findings.map(\.verdict) == [.confirmed, .confirmed, .drifted], "\(report.findings)")
  }

  /// Figures of real QEMUs: MiB, most CPUs, usable bytes.
  static let caches: [(size: String, cpus: Int64, capacity: Int, verdict: Verdict)] = [
    ("64", 2, 67_026_944, .confirmed), ("64", 64, 66_781_184, .confirmed), ("64", 4, 66_945_024, .confirmed),
    ("1", 2, 1_038_336, .confirmed), ("1024", 1, 1_073_736_704, .confirmed),
    ("1024", 2, 1_073_659_904, .confirmed),
    ("256", 2, 268_353_536, .confirmed), ("4096", 2, 2_147_401_728, .drifted),
    ("64", 2, 268_353_536, .drifted),
    ("0", 1, 1_073_736_704, .confirmed), ("64", 2, 67_026_945, .unobservable),
    ("512", 2, 268_353_536, .drifted),
  ]

  @Test(arguments: caches)
  func theCapacityOfTheCacheGivesItsSize(
    row: (size: String, cpus: Int64, capacity: Int, verdict: Verdict)
  ) throws {
    let findings = try judgeCache(size: row.size, cpus: row.cpus, capacity: row.capacity)
    #expect(findings.map(\.verdict) == [row.verdict], "\(findings)")
  }

  @Test func onlyTheLargestCacheOfAHostIsTheMostThatItCanHave() throws {
    for (wanted, capacity, kind) in [
      ("4096", 2_147_401_728, ChangeKind.impossible), ("512", 268_353_536, .restart),
    ] {
      let finding = try #require(try judgeCache(size: wanted, cpus: 2, capacity: capacity).first)
      #expect(finding.remedy?.kind == kind, "\(finding)")
    }
  }

  static let models: [(wanted: String, type: String, verdict: Verdict)] = [
    ("EPYC", "EPYC-x86_64-cpu", .confirmed), ("cortex-a57", "cortex-a57-arm-cpu", .confirmed),
    ("EPYC", "EPYC-Rome-x86_64-cpu", .drifted), ("Haswell-v1", "Haswell-v1-x86_64-cpu", .confirmed),
    ("max", "qemu64-x86_64-cpu", .drifted),
  ]

  @Test(arguments: models)
  func aModelIsItsClass(row: (wanted: String, type: String, verdict: Verdict)) throws {
    var observation = Observation()
    observation.answers[QueryRequest("query-accelerators")] = .value(["enabled": "tcg"])
    observation.answers[QueryRequest("query-cpus-fast")] = .value([
      ["qom-path": "/cpu", "thread-id": 1, "target": "x86_64"]
    ])
    observation.answers[QueryRequest("qom-get", ["path": "/cpu", "property": "type"])] = .value(
      .string(row.type))
    observation.answers[QueryRequest("qom-get", ["path": "/cpu", "property": "unavailable-features"])] =
      .value(.array([]))
    observation.answers[QueryRequest("query-cpu-definitions")] = .value([
      ["name": .string(row.wanted), "typename": .string("\(row.wanted)-x86_64-cpu")]
    ])
    let findings = try Verification(of: QEMUConfiguration(arguments: ["-cpu", row.wanted])).judge(observation)
      .findings
    #expect(findings.map(\.verdict) == [row.verdict], "\(findings)")
  }

  @Test func whatWasNotAskedOfQEMUIsUnobserved() throws {
    let report = try Verification(of: QEMUConfiguration(arguments: ["-machine", "q35", "-m", "64"])).judge(
      Observation())
    #expect(report.findings.allSatisfy { $0.verdict == .unobserved })
    #expect(report.accelerator.live == nil)
    #expect(report.verdict == .unproven)
  }

  private func judgeCache(size: String, cpus: Int64, capacity: Int) throws -> [Finding] {
    var observation = Observation()
    observation.answers[QueryRequest("query-accelerators")] = .value(["enabled": "tcg"])
    observation.answers[QueryRequest("x-query-jit")] = .value([
      "human-readable-text": .string("gen code size       0/\(capacity)\n")
    ])
    observation.answers[QueryRequest("qom-get", ["path": "/machine", "property": "smp"])] = .value([
      "maxcpus": .integer(cpus)
    ])
    let verification = try Verification(
      of: QEMUConfiguration(arguments: ["-accel", "tcg,tb-size=\(size)"]))
    return verification.judge(observation).findings
  }

  private func judge(_ arguments: [String], _ property: String, _ value: JSON) throws -> VerificationReport {
    var observation = Observation()
    observation.answers[QueryRequest("query-accelerators")] = .value(["enabled": "tcg"])
    observation.answers[QueryRequest("qom-get", ["path": "/machine", "property": .string(property)])] =
      .value(value)
    return try Verification(of: QEMUConfiguration(arguments: arguments)).judge(observation)
  }
}
