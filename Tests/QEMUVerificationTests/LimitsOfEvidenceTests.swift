import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// Tests that a property that its evidence does not show is unobservable, and never confirmed.
@Suite struct LimitsOfEvidenceTests {
  /// A QEMU without query-accelerators, on which neither of the two questions is answered with yes.
  private func neither(jit: QueryAnswer) -> Observation {
    var observation = Observation()
    observation.answers[QueryRequest("query-accelerators")] = unknown
    observation.answers[QueryRequest("x-accel-stats")] = unknown
    observation.answers[QueryRequest("query-kvm")] = .value(["enabled": false, "present": true])
    observation.answers[QueryRequest("x-query-jit")] = jit
    observation.host[.descriptors] = .text("")
    return observation
  }

  private let unknown = QueryAnswer.refused(errorClass: "CommandNotFound", description: "not found")
  private let onlyForTCG = QueryAnswer.refused(
    errorClass: "GenericError", description: "JIT information is only available with accel=tcg")

  static let requests: [(accelerators: [String], isKnown: Bool, verdict: Verdict)] = [
    (["tcg"], true, .drifted), (["kvm", "tcg"], true, .drifted), (["xen"], true, .unobservable),
    (["kvm", "xen"], true, .unobservable), (["kvm"], false, .drifted), (["tcg"], false, .unobservable),
  ]

  @Test(arguments: requests)
  func neitherKVMNorTCGIsADriftWhereNothingElseWasAllowed(
    row: (accelerators: [String], isKnown: Bool, verdict: Verdict)
  ) throws {
    let arguments = row.accelerators.flatMap { ["-accel", $0] }
    let report = try Verification(of: QEMUConfiguration(arguments: arguments)).judge(
      neither(jit: row.isKnown ? onlyForTCG : unknown))
    #expect(report.accelerator.verdict == row.verdict, "\(report.accelerator)")
    #expect(report.accelerator.live == nil)
    #expect(report.accelerator.reason?.isEmpty == false)
  }

  @Test(arguments: ["tcg", "kvm"])
  func aHyperVInterfaceIsNotConfirmedUnderTCG(live: String) throws {
    var observation = cpu(live)
    for (name, value) in [("hv-time", true), ("hv-vapic", false)] as [(String, JSON)] {
      observation.answers[QueryRequest("qom-get", ["path": "/cpu", "property": .string(name)])] = .value(
        value)
    }
    observation.host[.kvmExtensions] = .text("44 178")
    let arguments = ["-accel", live, "-cpu", "max,hv_time,-hv-vapic"]
    let findings = try Verification(of: QEMUConfiguration(arguments: arguments)).judge(observation).findings
    let verdicts = findings.filter { $0.property != "model" }.map(\.verdict)
    #expect(verdicts == (live == "tcg" ? [.unobservable, .confirmed] : [.confirmed, .confirmed]))
  }

  @Test func aFeatureIsAskedForAsItsArchitectureSpellsIt() throws {
    for (target, name) in [("x86_64", "has-el3"), ("aarch64", "has_el3")] {
      var observation = cpu("tcg", target: target)
      observation.answers[QueryRequest("qom-get", ["path": "/cpu", "property": "type"])] = .value(
        "max-arm-cpu")
      let needs = try Verification(of: QEMUConfiguration(arguments: ["-cpu", "max,has_el3=off"])).needs(
        given: observation)
      #expect(needs.queries.map(\.description).contains("qom-get /cpu \(name)"), "\(needs)")
    }
  }

  static let devices: [(wanted: String, open: String, verdict: Verdict)] = [
    ("/dev/kvm", "/dev/kvm", .confirmed), ("/dev/kvm", "/jail/dev/kvm", .confirmed),
    ("/tmp/link", "/dev/kvm", .unobservable), ("kvm", "/dev/kvm", .unobservable),
  ]

  @Test(arguments: devices)
  func aLinkToTheDeviceIsNoDrift(row: (wanted: String, open: String, verdict: Verdict)) throws {
    var observation = Observation()
    observation.answers[QueryRequest("query-accelerators")] = .value(["enabled": "kvm"])
    observation.host[.descriptors] = .text("3 0:0 socket:[1]\n9 10:232 \(row.open)\n")
    observation.files[row.wanted] = .unavailable("\(row.wanted): No such file or directory")
    observation.globals[GlobalVariable("device", .textProperty(of: "kvm_state"))] = .unavailable("--deep")
    let arguments = ["-accel", "kvm,device=\(row.wanted)"]
    let findings = try Verification(of: QEMUConfiguration(arguments: arguments)).judge(observation).findings
    #expect(findings.map(\.verdict) == [row.verdict], "\(findings)")
  }

  private func cpu(_ live: String, target: String = "x86_64") -> Observation {
    var observation = Observation()
    observation.answers[QueryRequest("query-accelerators")] = .value(["enabled": .string(live)])
    observation.answers[QueryRequest("query-cpus-fast")] = .value([
      ["qom-path": "/cpu", "thread-id": 1, "target": .string(target)]
    ])
    return observation
  }
}
