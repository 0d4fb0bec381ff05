import ArgumentParser
import BenchmarkSupport
import Glibc
import QEMU
import QEMUCommandLine
import QEMULifecycle

@main
struct CommandBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure short commands of qemuctl, as whole processes.",
    discussion: """
      The commands take turns with a C client that connects to a monitor and negotiates, and with virsh where it is \
      installed. Each virtual machine is a frozen QEMU without a machine.
      """)

  @Option(help: "The directory with command-runner and qmp-client.")
  var programs: String

  @Option(help: "The qemuctl that is measured.")
  var qemuctl: String

  @Option(help: "The QEMU program.")
  var qemu = QEMUBinary.hostName

  @Option(help: "The virsh that is measured beside it; none by default.")
  var virsh: String?

  @Option(help: "How often each runs.")
  var rounds = 40

  @Option(help: "How many virtual machines are listed.")
  var machines = 50

  func validate() throws {
    if rounds < 1 || machines < 1 { throw ValidationError("--rounds and --machines must be at least 1") }
  }

  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    DescriptorLimit.raise()
    let directory = "\(StateDirectory.defaultPath)-benchmark-\(getpid())"
    let result = await Result { () async throws in
      for number in 1...machines { try await start(number, directory) }
      try await measure(directory)
    }
    for number in 1...machines { try? await end(number, directory) }
    for name in ["binaries.json", "client.sock"] { unlink("\(directory)/\(name)") }
    rmdir(directory)
    try result.get()
  }

  /// Starts a virtual machine, and releases it: the commands work on it.
  private func start(_ number: Int, _ directory: String) async throws {
    let monitor = number == 1 ? ["-qmp", "unix:\(directory)/client.sock,server=on,wait=off"] : []
    let machine = try await VirtualMachine.start(
      LaunchRequest(
        name: try MachineName("m\(number)"),
        configuration: try QEMUConfiguration(
          arguments: ["-machine", "none", "-display", "none", "-S"] + monitor),
        binary: try QEMUBinary(finding: qemu), state: StateDirectory(path: directory)))
    await machine.release()
  }

  private func end(_ number: Int, _ directory: String) async throws {
    let (name, state) = (try MachineName("m\(number)"), StateDirectory(path: directory))
    _ = try await VirtualMachine.kill(name, in: state)
    try await VirtualMachine.remove(name, in: state)
  }

  private func measure(_ directory: String) async throws {
    var commands = [
      ("C client, connect", ["\(programs)/qmp-client", "\(directory)/client.sock"]),
      ("qemuctl --version", [qemuctl, "--version"]),
      ("qemuctl status", [qemuctl, "status", "m1", "--state-dir", directory]),
      ("qemuctl list, of \(machines)", [qemuctl, "list", "--state-dir", directory]),
    ]
    if let virsh {
      // libvirt's test driver needs neither a daemon nor a QEMU: virsh with a daemon takes longer.
      let test = [virsh, "--connect", "test:///default"]
      commands += [
        ("virsh --version", [virsh, "--version"]), ("virsh domstate, test", test + ["domstate", "test"]),
        ("virsh list, test", test + ["list"]),
      ]
    }
    let runs = try commands.map { try CommandRuns($0.0, "\(programs)/command-runner", $0.1) }
    let result = Result { try samples(of: runs) }
    for run in runs { await run.end() }
    show(runs, try result.get())
  }

  /// Lets the commands take turns, each round from another one on.
  private func samples(of runs: [CommandRuns]) throws -> [[CommandRun]] {
    var samples = [[CommandRun]](repeating: [], count: runs.count)
    for round in -2..<rounds {
      for turn in runs.indices {
        let index = (turn + max(0, round)) % runs.count
        let sample = try runs[index].run()
        if round >= 0 { samples[index].append(sample) }
      }
    }
    return samples
  }

  private func show(_ runs: [CommandRuns], _ samples: [[CommandRun]]) {
    var file = stat()
    stat(qemuctl, &file)
    print("\(qemuctl): \(fixed(Double(file.st_size) / 1e6, 1)) MB; \(rounds) runs, medians")
    print("\(padded("", 24))  \(padded("wall, ms", 22))  \(padded("CPU, ms", 22))  memory, MB")
    for (run, own) in zip(runs, samples) {
      let cells = [
        own.map { $0.wall / 1e6 }, own.map { $0.processorTime / 1e6 }, own.map { $0.memory / 1e6 },
      ]
      let columns = cells.map { padded(Median($0).description, 22) }
      print("\(padded(run.name, 24))  \(columns.joined(separator: "  "))")
    }
  }
}

extension Result where Failure == any Error {
  /// The value that a closure returns, or the error that it throws.
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
