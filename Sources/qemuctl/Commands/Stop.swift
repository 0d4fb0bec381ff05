import ArgumentParser
import QEMU

/// The timeouts of the steps of a stop.
struct ShutdownOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The timeout for the guest to power off; 0 skips this step.", valueName: "time"))
  var powerdown = TimeSpan(.seconds(30))

  @Option(help: ArgumentHelp("The timeout for QEMU to quit.", valueName: "time"))
  var quit = TimeSpan(.seconds(5))

  @Option(
    help: ArgumentHelp("The timeout for SIGTERM, after which QEMU is killed.", valueName: "time"))
  var term = TimeSpan(.seconds(5))

  var policy: ShutdownPolicy {
    ShutdownPolicy(powerdown: powerdown.duration, quit: quit.duration, terminate: term.duration)
  }
}

struct Stop: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stop a virtual machine: request a power-off, then quit, then SIGTERM, then SIGKILL.",
    discussion: """
      Returns when QEMU has exited, and prints the step that ended it. It is not an error if the virtual machine is \
      not running. If another client holds the monitor, waits for it as long as the guest may take to power off.
        qemuctl stop web --powerdown 10s
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var policy: ShutdownOptions
  @OptionGroup var state: StateOptions

  func run() async throws {
    let machine: VirtualMachine
    do {
      // A monitor that another client holds may be free before the guest's time to power off is over.
      machine = try await VirtualMachine.adopt(
        target.machine, in: state.directory, timeout: max(policy.powerdown.duration, .seconds(10)))
    } catch let error as LifecycleError where error.code == .notRunning {
      Output.line("\(target.name): not running")
      return
    } catch let error as LifecycleError where [.stuck, .timedOut].contains(error.code) {
      Output.note(
        "\(error.summary); without its monitor the guest cannot be asked to power off, so QEMU is ended by signals"
      )
      let outcome = try await VirtualMachine.end(
        target.machine, in: state.directory, terminate: policy.term.duration)
      return report(outcome)
    }
    do {
      let outcome = try await machine.stop(policy.policy)
      await machine.release()
      report(outcome)
    } catch {
      await machine.release()
      throw error
    }
  }

  private func report(_ outcome: StopOutcome) {
    for remark in outcome.remarks { Output.note(remark) }
    Output.line("\(target.name): stopped\(outcome.step.map { " by \($0.rawValue)" } ?? "") (\(outcome.end))")
  }
}

struct Kill: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    abstract: "Kill a virtual machine immediately, without asking its guest.",
    discussion: "  qemuctl kill web")

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  func run() async throws {
    let outcome = try await VirtualMachine.kill(target.machine, in: state.directory)
    for remark in outcome.remarks { Output.note(remark) }
    Output.line("\(target.name): \(outcome.step == nil ? "not running" : "killed")")
  }
}

struct Remove: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove the record of a virtual machine that is not running.",
    discussion: "  qemuctl rm web")

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  func run() async throws {
    try await VirtualMachine.remove(target.machine, in: state.directory)
    Output.line("\(target.name): removed")
  }
}
