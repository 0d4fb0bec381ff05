import ArgumentParser
import QEMU

struct Stop: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Stop a virtual machine by a power-off request, then quit, SIGTERM and SIGKILL.",
    discussion: """
      If QEMU is still running after the timeout of a step, the next step follows. Returns when QEMU has exited, and \
      prints the last step. If the virtual machine is not running, the exit status is 0. If another client holds the \
      monitor, waits for it up to the time of --powerdown, but at least 10 s.
        qemuctl stop web --powerdown 10s
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var policy: ShutdownOptions
  @OptionGroup var state: StateOptions

  func run() async throws {
    try await ProgressLine.show("stopping \"\(target.name)\"") { try await stop() }
  }

  private func stop() async throws {
    let policy = self.policy.policy(for: try? MachineRecord(of: target.machine, in: state.directory))
    let machine: VirtualMachine
    do {
      // A monitor that another client holds may be free before the guest's time to power off is over.
      machine = try await VirtualMachine.adopt(
        target.machine, in: state.directory, timeout: max(policy.timeout(of: .powerdown), .seconds(10)))
    } catch let error as LifecycleError where error.code == .notRunning {
      let wasWaiting = try await VirtualMachine.stopRestarting(target.machine, in: state.directory)
      Output.line("\(target.name): not running" + (wasWaiting ? ", and not started again" : ""))
      return
    } catch let error as LifecycleError where [.stuck, .timedOut].contains(error.code) {
      Output.note(
        "\(error.summary); without its monitor, qemuctl cannot request a power-off; it sends SIGTERM and SIGKILL to "
          + "QEMU")
      let outcome = try await VirtualMachine.end(
        target.machine, in: state.directory, terminate: policy.timeout(of: .terminate))
      return report(outcome)
    }
    report(try await machine.releasing { try await machine.stop(policy) })
  }

  private func report(_ outcome: StopOutcome) {
    for remark in outcome.remarks { Output.note(remark) }
    Output.line("\(target.name): stopped\(outcome.step.map { " by \($0.rawValue)" } ?? "") (\(outcome.end))")
  }
}
