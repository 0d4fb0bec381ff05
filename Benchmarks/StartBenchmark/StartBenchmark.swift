import ArgumentParser
import BenchmarkSupport
import Glibc
import QEMU
import QEMUCommandLine
import QEMULifecycle
import QEMUVerification

@main
struct StartBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure starts and stops against a minimal C client.",
    discussion: """
      The C client executes the same command line, asks the same queries, parses the replies, reads the same files of
      /proc, and does no more. The library also judges, writes down and locks. Both run in turn, frozen, and the client
      runs twice, so that the table shows what a ratio of equals looks like. In brackets: 95 % of the median.
      """)

  @Option(help: "The C client.")
  var client: String

  @Option(help: "The qemuctl of which a whole start is measured too; none by default.")
  var qemuctl: String?

  @Option(help: "The program that runs it.")
  var runner = ".build/benchmarks/command-runner"

  @Option(help: "The QEMU program.")
  var qemu = QEMUBinary.hostName

  @Option(help: "How often each runs.")
  var rounds = 36

  @Option(help: "A directory for sockets and records; by default one beside the state directory of qemuctl.")
  var stateDir: String?

  @Argument(parsing: .captureForPassthrough, help: "QEMU's arguments.")
  var arguments: [String] = []

  func validate() throws {
    if rounds < 1 { throw ValidationError("--rounds must be at least 1") }
  }

  func run() async throws {
    _ = Interrupts.shared
    // A client that died is said so by its missing result.
    signal(SIGPIPE, SIG_IGN)
    let words = arguments.first == "--" ? Array(arguments.dropFirst()) : arguments
    let directory = stateDir ?? "\(StateDirectory.defaultPath)-benchmark-\(getpid())"
    let arm = LibraryArm(
      request: LaunchRequest(
        name: try MachineName("benchmark"), configuration: try QEMUConfiguration(arguments: words),
        binary: try QEMUBinary(finding: qemu), state: StateDirectory(path: directory)))
    defer { remove(directory) }
    try await compare(arm, directory)
  }

  private func compare(_ arm: LibraryArm, _ directory: String) async throws {
    let (command, plan, report) = try await arm.rehearse()
    let planFile = "\(directory)/plan"
    try write(try plan.text(), to: planFile)
    let first = try ClientArm(client, socket: "\(directory)/c1.sock", plan: planFile, command: command)
    let second = try ClientArm(client, socket: "\(directory)/c2.sock", plan: planFile, command: command)
    let whole = try qemuctl.map {
      try CommandArm($0, runner, qemu: qemu, directory: directory, arm.request.configuration.arguments())
    }
    let comparison = await Result { () async throws -> Comparison in
      var warmUp = Comparison()
      try await warmUp.run(rounds: 2, first, second, arm, whole)
      var comparison = Comparison()
      try await comparison.run(rounds: rounds, first, second, arm, whole)
      return comparison
    }
    await whole?.end()
    await first.end()
    await second.end()
    let table = try comparison.get().table
    let questions = "\(plan.queryCount) queries in \(plan.rounds.count) rounds"
    print(command.joined(separator: " "))
    print("\(questions), \(report.verdict.rawValue); \(rounds) times")
    print(table)
  }

  private func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "we") else { throw BenchmarkError("\(path): errno \(errno)") }
    fputs(text, file)
    if fclose(file) != 0 { throw BenchmarkError("\(path): errno \(errno)") }
  }

  /// The directory holds what the benchmark put there and nothing else.
  private func remove(_ directory: String) {
    for name in ["plan", "binaries.json", "c1.sock", "c2.sock"] { unlink("\(directory)/\(name)") }
    rmdir(directory)
  }
}

extension Result where Failure == any Error {
  /// Creates the result of a closure that may throw.
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
