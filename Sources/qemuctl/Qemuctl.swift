import ArgumentParser
import CLinux
import Glibc
import QEMU
import QMP

/// The root of the command: it only names the others.
struct Qemuctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qemuctl",
    abstract: "Start QEMU virtual machines, prove that what was asked for is what runs, and stop them.",
    discussion: """
      A virtual machine is asked for in QEMU's own words, after --:
        qemuctl start --name web -- -accel kvm -accel tcg -machine q35 -m 1G

      Exit status: 0 done; 1 failed; 2 changes, of plan --detailed-exitcode; 3 the live virtual machine contradicts the request; 4 something could be \
      shown but was not visible to this caller; 64 wrong usage; 65 malformed configuration; 69 no usable QEMU binary; 75 timed out.
      """,
    version: "0.1.0, not released yet",
    subcommands: [
      Start.self, Run.self, Verify.self, Plan.self, Apply.self, Accel.self, Inspect.self, Watch.self,
      List.self, Status.self, Stop.self,
      Kill.self,
      Remove.self, Recover.self,
      QMPCommand.self, Logs.self, Parse.self, Convert.self, Check.self, Capabilities.self,
      Schema.self,
    ])
}

@main
enum Main {
  static func main() {
    openStandardDescriptors()
    Output.conceal(Redaction(arguments: ProgramArguments.words))
    // A reader that has gone away, or a file that may not grow, is no reason to die half-way.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    requireUTF8()
    requireLimits()
    if !ProcFileSystem.isMounted { exit(status(of: runWithoutTasks())) }
    serve()
  }

  /// Runs the command while the main thread waits for signals.
  ///
  /// In `main` itself tasks would belong to the main actor, and need that thread.
  private nonisolated static func serve() -> Never {
    let interrupts = Interrupts.shared
    let work = Task { await runCommand() }
    interrupts.handle { _ in
      work.cancel()
      interrupts.endSoon()
    }
    Task {
      let status = await work.value
      // A thread may still wait for a line, and hold what exit() would wait for.
      clinux_exit(interrupts.received.map { status == 0 ? 0 : 128 + $0 } ?? status)
    }
    interrupts.serve()
  }

  /// A word that is not UTF-8 would reach QEMU as another word.
  private static func requireUTF8() {
    guard let word = ProgramArguments.notUTF8 else { return }
    Output.note("argument \(word.number) is not UTF-8: \(word.text)")
    exit(ExitStatus.malformedConfiguration.rawValue)
  }

  /// Takes as many descriptors as the host gives, and ends where they, or the threads, are too few to work with.
  private static func requireLimits() {
    DescriptorLimit.raise()
    do throws(SystemError) {
      try DescriptorLimit.requireEnough()
      try ThreadLimit.requireEnough()
    } catch {
      exit(Output.report(LifecycleError.ofHost(error)))
    }
    guard let folder = getenv("XDG_RUNTIME_DIR"), String(validatingCString: folder) == nil,
      !ProgramArguments.words.prefix(while: { $0 != "--" }).contains(where: { $0.hasPrefix("--state-dir") })
    else { return }
    Output.note(
      "XDG_RUNTIME_DIR is not UTF-8: \(String(cString: folder))", remedy: "name a directory with --state-dir")
    exit(ExitStatus.malformedConfiguration.rawValue)
  }

  /// Opens standard descriptors that the caller closed on /dev/null, so that no other file or socket takes their numbers.
  ///
  /// What would be written to a closed standard output is lost, and its writer must learn of it.
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

  /// Runs a command that looks at no process: without /proc there is no other, and the threads that tasks run on die.
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

  /// Tells how a command ended, and ends the output.
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
