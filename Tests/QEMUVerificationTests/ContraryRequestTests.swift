import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// Tests of observations of real QEMUs, compared with the opposite of their requests.
@Suite struct ContraryRequestTests {
  struct Contrary: Sendable, CustomStringConvertible {
    let scenario: String
    let arguments: [String]
    let property: String
    var observed: String

    var description: String { "\(scenario) \(arguments.joined(separator: " "))" }
  }

  private static func tcg(_ scenario: String, _ property: String, _ wanted: String, _ observed: String)
    -> Contrary
  {
    Contrary(
      scenario: scenario, arguments: ["-accel", "tcg,\(property)=\(wanted)"], property: property,
      observed: observed)
  }

  private static func kvm(_ scenario: String, _ property: String, _ wanted: String, _ observed: String)
    -> Contrary
  {
    Contrary(
      scenario: scenario, arguments: ["-accel", "kvm,\(property)=\(wanted)"], property: property,
      observed: observed)
  }

  static let accelerators: [Contrary] = [
    tcg("multi", "thread", "single", "multi"), tcg("single", "thread", "multi", "single"),
    tcg("multi", "tb-size", "128", "64"), tcg("single", "tb-size", "64", "256"),
    tcg("fallback", "tb-size", "64", "2048"),
    tcg("multi", "split-wx", "off", "on"), tcg("single", "split-wx", "on", "off"),
    kvm("kvm-on", "kernel-irqchip", "split", "on"), kvm("kvm-on", "kernel-irqchip", "off", "on"),
    kvm("kvm-split", "kernel-irqchip", "on", "split"), kvm("kvm-split", "kernel-irqchip", "off", "split"),
    kvm("kvm-ring", "kernel-irqchip", "on", "split"), kvm("kvm-no-ring", "kernel-irqchip", "split", "on"),
    kvm("kvm-off", "kernel-irqchip", "on", "off"), kvm("kvm-off", "kernel-irqchip", "split", "off"),
    kvm("kvm-isa-on", "kernel-irqchip", "split", "on"),
    kvm("kvm-no-apic", "kernel-irqchip", "split", "off"), kvm("kvm-held", "kernel-irqchip", "off", "split"),
    kvm("kvm-held", "kvm-shadow-mem", "4194304", "8388608"),
    kvm("kvm-held", "kvm-shadow-mem", "-1", "8388608"),
    kvm("kvm-split", "kvm-shadow-mem", "8388608", "4194304"),
    kvm("kvm-held", "dirty-ring-size", "1024", "2048"),
    kvm("kvm-held", "notify-vmexit", "disable", "internal-error"),
    kvm("kvm-isa-split", "kernel-irqchip", "on", "off or split"),
    kvm("kvm-on", "dirty-ring-size", "1024", "4096"), kvm("kvm-on", "dirty-ring-size", "0", "4096"),
    kvm("kvm-ring", "dirty-ring-size", "4096", "1024"), kvm("kvm-no-ring", "dirty-ring-size", "4096", "0"),
  ]

  @Test(arguments: accelerators)
  func aContraryAcceleratorPropertyIsADrift(contrary: Contrary) throws {
    try expectDrift(contrary) { _ in true }
  }

  /// The older QEMU has no such property.
  @Test(arguments: [
    tcg("multi", "one-insn-per-tb", "off", "on"), tcg("single", "one-insn-per-tb", "on", "off"),
  ])
  func aContraryNumberOfInstructionsIsADrift(contrary: Contrary) throws {
    try expectDrift(contrary) { !$0.description.hasPrefix("7.2") }
  }

  static let others: [Contrary] = [
    Contrary(scenario: "multi", arguments: ["-smp", "3"], property: "cpus", observed: "2"),
    Contrary(scenario: "multi", arguments: ["-smp", "maxcpus=8"], property: "maxcpus", observed: "4"),
    Contrary(scenario: "multi", arguments: ["-m", "128M"], property: "size", observed: "256M"),
    Contrary(scenario: "multi", arguments: ["-m", "slots=3"], property: "slots", observed: "2"),
    Contrary(scenario: "multi", arguments: ["-m", "maxmem=2G"], property: "maxmem", observed: "1G"),
    Contrary(scenario: "spelled", arguments: ["-m", "slots=2"], property: "slots", observed: "0"),
  ]

  @Test(arguments: others)
  func aContraryTopologyOrMemoryIsADrift(contrary: Contrary) throws {
    try expectDrift(contrary) { _ in true }
  }

  static let ofX86: [Contrary] = [
    Contrary(scenario: "multi", arguments: ["-machine", "hpet=on"], property: "hpet", observed: "off"),
    Contrary(scenario: "single", arguments: ["-machine", "hpet=off"], property: "hpet", observed: "on"),
    Contrary(
      scenario: "multi", arguments: ["-machine", "boot.order=c"], property: "boot.order", observed: "d"),
    Contrary(scenario: "multi", arguments: ["-cpu", "Haswell,-avx2"], property: "avx2", observed: "on"),
    Contrary(scenario: "multi", arguments: ["-cpu", "Haswell,+sse4_1"], property: "sse4_1", observed: "off"),
    Contrary(
      scenario: "spelled", arguments: ["-cpu", "qemu64,stepping=4"], property: "stepping", observed: "3"),
    Contrary(
      scenario: "spelled", arguments: ["-cpu", "qemu64,tsc-freq=3G"], property: "tsc-freq",
      observed: "2000000000"),
  ]

  @Test(arguments: ofX86)
  func aContraryMachineOrCPUIsADrift(contrary: Contrary) throws {
    try expectDrift(contrary) { $0.isX86 }
  }

  @Test(arguments: RecordedObservation.all("multi", "single", "spelled"))
  func anotherMachineIsADrift(recording: RecordedObservation) throws {
    for type in ["none", "pc-q35-2.6", "q"] {
      let finding = try #require(try judge(recording, ["-machine", type]).findings.first)
      #expect(finding.verdict == .drifted, "\(recording): \(finding)")
    }
  }

  @Test(arguments: RecordedObservation.all)
  func anAcceleratorThatTheRequestDoesNotNameIsADrift(recording: RecordedObservation) throws {
    let live = try #require(try recording.report().accelerator.live)
    let report = try judge(recording, ["-accel", live == "tcg" ? "kvm" : "tcg", "-accel", "xen"])
    #expect(report.accelerator.verdict == .drifted)
    #expect(report.verdict == .drifted)
    #expect(report.accelerator.remedy?.text.isEmpty == false)
  }

  private func expectDrift(
    _ contrary: Contrary, where applies: (RecordedObservation) -> Bool
  ) throws {
    let recordings = RecordedObservation.all(contrary.scenario)
    #expect(!recordings.isEmpty)
    for recording in recordings where applies(recording) {
      let report = try judge(recording, contrary.arguments)
      let finding = try #require(report.findings.first { $0.property == contrary.property })
      #expect(finding.verdict == .drifted, "\(recording): \(finding)")
      #expect(finding.observed == contrary.observed, "\(recording): \(finding)")
      #expect(report.verdict == .drifted)
    }
  }

  private func judge(_ recording: RecordedObservation, _ arguments: [String]) throws -> VerificationReport {
    try Verification(of: QEMUConfiguration(arguments: arguments)).judge(recording.observation)
  }
}
