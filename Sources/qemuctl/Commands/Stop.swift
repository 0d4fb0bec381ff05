import ArgumentParser
import QEMU

/// How long each step of a stop may take.
struct TimetableOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The timeout for the guest to power off; 0 does not ask it.", valueName: "time"))
  var powerdown = TimeSpan(.seconds(30))

  @Option(help: ArgumentHelp("The timeout for QEMU to quit.", valueName: "time"))
  var quit = TimeSpan(.seconds(5))

  @Option(
    help: ArgumentHelp("The timeout for SIGTERM, after which QEMU is killed.", valueName: "time"))
  var term = TimeSpan(.seconds(5))

  var timetable: StopTimetable {
    StopTimetable(powerdown: powerdown.duration, quit: quit.duration, terminate: term.duration)
  }
}

struct Stop: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stop a virtual machine: ask the guest, then quit, then SIGTERM, then SIGKILL.",
    discussion: """
      Returns when the process is gone, and says which step did it. One that does not run is stopped already. A monitor that \
      another client holds is waited for as long as the guest may take to power off.
        qemuctl stop web --powerdown 10s
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var timetable: TimetableOptions
  @OptionGroup var state: StateOptions

  func run() async throws {
    let machine: VirtualMachine
    do {
      // A monitor that another client holds may be free before the guest's time to power off is over.
      machine = try await VirtualMachine.adopt(
        target.machine, in: state.directory, deadline: max(timetable.powerdown.duration, .seconds(10)))
    } catch let error as LifecycleError where error.code == .notRunning {
      Output.line("\(target.name): does not run")
      return
    } catch let error as LifecycleError where [.stuck, .timedOut].contains(error.code) {
      Output.note(
        "\(error.summary); only through its monitor can the guest be asked to power off, so QEMU is ended by signals"
      )
      let outcome = try await VirtualMachine.end(
        target.machine, in: state.directory, terminate: timetable.term.duration)
      return report(outcome)
    }
    do {
      let outcome = try await machine.stop(timetable.timetable)
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
    abstract: "End a virtual machine at once, without asking its guest.", discussion: "  qemuctl kill web")

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  func run() async throws {
    let outcome = try await VirtualMachine.kill(target.machine, in: state.directory)
    for remark in outcome.remarks { Output.note(remark) }
    Output.line("\(target.name): \(outcome.step == nil ? "does not run" : "killed")")
  }
}

struct Remove: AsyncParsableCommand, TargetCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Remove what is recorded of a virtual machine that does not run.",
    discussion: "  qemuctl rm web")

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions

  func run() async throws {
    try await VirtualMachine.remove(target.machine, in: state.directory)
    Output.line("\(target.name): removed")
  }
}
