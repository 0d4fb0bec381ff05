import QEMU

/// The start of a recorded virtual machine: verifies it, resumes its guest, and prints the report.
struct RecordedStart {
  /// The request; its values that are given on the command line differ from the record.
  var request: LaunchRequest
  let policy: PolicyOptions
  let format: ReportFormatOptions

  /// Makes the start of a record.
  init(
    _ record: MachineRecord, in state: StateDirectory, supervisor: SupervisorProgram?, policy: PolicyOptions,
    format: ReportFormatOptions
  ) throws {
    Output.conceal(record.redaction)
    request = try LaunchRequest(record, in: state)
    request.supervisor = supervisor
    if let given = policy.policy { request.driftPolicy = given }
    request.accepted += policy.judgement.accept.filter { !record.accepted.contains($0) }
    (self.policy, self.format) = (policy, format)
  }

  func run() async throws {
    let started = try await ProgressLine.show("starting \"\(request.name)\"") {
      try await VirtualMachine.start(
        request, onDrift: request.driftPolicy ?? .enforce, by: policy.judgement.policy)
    }
    Output.note(unrecorded: await started.machine.recordFailure)
    let summary = MachineSummary(record: started.record, state: started.state)
    Output.report(started.report, of: summary, await started.machine.timing, format)
    await started.machine.release()
    if started.isDiscarded {
      Output.note("\"\(request.name)\" differs from its request, and was ended without resuming its guest")
      throw ExitStatus.drifted
    }
    try started.report.exit()
  }
}
