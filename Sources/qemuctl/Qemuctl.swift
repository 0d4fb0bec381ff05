import ArgumentParser
import CLinux
import Glibc
import QEMU
import QMP

/// The root command, which only has subcommands.
struct Qemuctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qemuctl",
    abstract: "Start QEMU virtual machines, verify that they run as requested, and stop them.",
    discussion: """
      Write QEMU's own options after --:
        qemuctl start --name web -- -accel kvm -accel tcg -machine q35 -m 1G

      Exit status: 0 success; 1 failure; 2 there are changes (plan --detailed-exitcode); 3 the running virtual machine \
      differs from the request; 4 a property could not be read, for example because of missing permissions; 5 the conditions of wait can no longer come true; \
      64 usage error; 65 malformed configuration; 69 no usable QEMU binary; 75 timeout.
      """,
    version: version,
    subcommands: hidden.filter { $0._commandName == ProgramArguments.words.first },
    groupedSubcommands: groups(for: ProgramArguments.words))

  static let version = "0.1.0, not released yet"

  /// The subcommands, in the groups of the help. Each declares its name: the parser would look for it in the metadata
  /// of the type.
  private static let groups = [
    CommandGroup(
      name: "Start and stop",
      subcommands: [
        Start.self, Run.self, Stop.self, Kill.self, Restart.self, Remove.self, Adopt.self, Recover.self,
      ]),
    CommandGroup(
      name: "Control the guest", subcommands: [Pause.self, Resume.self, Reset.self, Powerdown.self]),
    CommandGroup(name: "Verify", subcommands: [Verify.self, Accel.self, Inspect.self, Watch.self]),
    CommandGroup(name: "Change", subcommands: [Plan.self, Apply.self]),
    CommandGroup(
      name: "Status, logs and QMP",
      subcommands: [List.self, Status.self, Wait.self, Events.self, Logs.self, QMPCommand.self]),
    CommandGroup(
      name: "Command-line and binary",
      subcommands: [Parse.self, Convert.self, Check.self, Capabilities.self, Schema.self]),
  ]

  /// The commands that other programs run.
  private static let hidden: [any ParsableCommand.Type] = [Complete.self, StartAgain.self]

  /// All subcommands.
  static let commands = groups.flatMap(\.subcommands)

  /// Returns the subcommands that the parser examines: the one that the first argument specifies, or all of them for
  /// help, a misspelling and text that describes all of them. All of them take several milliseconds.
  private static func groups(for arguments: [String]) -> [CommandGroup] {
    let describesAll = arguments.contains {
      $0.hasPrefix("--generate-completion-script") || $0.hasPrefix("--experimental-dump-help")
    }
    guard !describesAll, let command = commands.first(where: { $0._commandName == arguments.first })
    else { return groups }
    return [CommandGroup(name: "", subcommands: [command])]
  }
}

@main
enum Main {
  static func main() {
    openStandardDescriptors()
    Output.conceal(Redaction(arguments: ProgramArguments.words))
    // A closed pipe or a limit on the file size must not kill the command: the write fails with an error.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    if ProgramArguments.words == ["--version"] { exit(printVersion()) }
    requireUTF8()
    requireLimits()
    if !ProcFileSystem.isMounted { exit(status(of: runWithoutTasks())) }
    serve()
  }

  /// Runs the command while the main thread waits for signals.
  ///
  /// Tasks that `main` itself creates would run on the main actor, and need its thread.
  private nonisolated static func serve() -> Never {
    let interrupts = Interrupts.shared
    // On the thread that reads from QEMU: a change of threads for each reply takes longer than the rest of a command.
    let work = Task(executorPreference: QMPSession.executor) {
      let status = await runCommand()
      // A thread may still be reading a line, and hold a lock that exit() would wait for.
      clinux_exit(interrupts.received.map { status == 0 ? 0 : 128 + $0 } ?? status)
    }
    interrupts.handle { _ in
      work.cancel()
      interrupts.endSoon()
    }
    interrupts.serve()
  }

  /// Prints the version without the argument parser and without threads.
  /// - Returns: the exit status.
  private static func printVersion() -> Int32 {
    Output.line(Qemuctl.version)
    return status(of: ExitStatus.done)
  }

  /// Exits if an argument is not UTF-8: QEMU would get another text.
  private static func requireUTF8() {
    guard let word = ProgramArguments.notUTF8 else { return }
    Output.note("argument \(word.number) is not UTF-8: \(word.text)")
    exit(ExitStatus.malformedConfiguration.rawValue)
  }

  /// Raises the limit on descriptors. Exits if the limit on descriptors or threads is too low, or if the state
  /// directory is not UTF-8.
  private static func requireLimits() {
    DescriptorLimit.raise()
    do throws(SystemError) {
      try DescriptorLimit.requireEnough()
      try ThreadLimit.requireEnough()
    } catch {
      exit(Output.report(LifecycleError.ofHost(error)))
    }
    guard let variable = StateOptions.variableNotUTF8(in: ProgramArguments.words) else { return }
    Output.note(
      "\(variable.name) is not UTF-8: \(variable.value)", remedy: "pass a directory with --state-dir")
    exit(ExitStatus.malformedConfiguration.rawValue)
  }

  /// Opens /dev/null for standard descriptors that the caller closed, so that no other file or socket gets their
  /// numbers.
  ///
  /// Standard output is opened for reading, so that each write fails and the command reports the lost data.
  private static func openStandardDescriptors() {
    for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 {
      _ = open("/dev/null", number == STDOUT_FILENO ? O_RDONLY : O_RDWR)
    }
  }

  private static func parsedCommand() throws -> any ParsableCommand {
    let command = try Qemuctl.parseAsRoot(ProgramArguments.words)
    if let recorded = command as? any RecordedMachineCommand { Output.conceal(recordedBy: recorded) }
    return command
  }

  private static func runCommand() async -> Int32 {
    do {
      var command = try parsedCommand()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return status(of: ExitStatus.done)
    } catch {
      return status(of: error)
    }
  }

  /// Runs a command without tasks, whose threads crash if /proc is not mounted. Only commands that need no process can
  /// run.
  private static func runWithoutTasks() -> any Error {
    do {
      var command = try Qemuctl.parseAsRoot(ProgramArguments.words)
      if command is Qemuctl { return CleanExit.helpRequest() }
      if command is any AsyncParsableCommand { return ProcFileSystem.missing }
      try command.run()
      return ExitStatus.done
    } catch {
      return error
    }
  }

  /// Reports the error of a command, if there is one, and closes the output.
  /// - Returns: the exit status.
  private static func status(of end: any Error) -> Int32 {
    let status =
      switch end {
      case let status as ExitStatus: status.rawValue
      case let status as QEMUExitStatus: status.code
      default: Output.report(end)
      }
    return Output.finish() ? status : ExitStatus.ofLostData(status)
  }
}
