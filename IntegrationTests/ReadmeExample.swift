import QEMU

/// Starts a virtual machine, verifies it, and returns its accelerator and its state.
func startAndVerify(in state: StateDirectory) async throws -> String {
  var configuration = QEMUConfiguration()
  // An occurrence is one use of an option: -accel tcg,thread=multi,tb-size=64 -machine q35,hpet=off -display none
  configuration.occurrences = try [
    // A property of another accelerator would not compile here.
    Occurrence(
      Accelerator.tcg {
        $0.threads = .multi; $0.tbSize = 64
      }),
    Occurrence(MachineOption(type: "q35", ["hpet": "off"])),
    Occurrence(option: "display", text: "none"),
  ]
  let started = try await VirtualMachine.start(
    LaunchRequest(
      name: MachineName("example"), configuration: configuration,
      binary: QEMUBinary(finding: "qemu-system-x86_64"), state: state),
    // Ends the virtual machine if it differs from the request.
    onDrift: .enforce)
  for finding in started.report.findings {
    print(finding.option, finding.property, finding.requested, finding.verdict.rawValue, finding.evidence)
  }
  if started.isDiscarded { return "drifted" }
  let machine = started.machine
  let state = try await machine.execute(QueryStatus()).status
  try await machine.stop(ShutdownPolicy(powerdown: .zero))
  await machine.release()
  return "\(started.report.accelerator.live ?? "unknown"), \(state.text)"
}
