import ArgumentParser
import BenchmarkSupport
import Glibc
import QEMU
import QEMUCommandLine
import QEMULifecycle
import QMP

@main
struct QMPBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure commands and events against other QMP clients.",
    discussion: """
      Each client has a monitor of its own on one frozen QEMU, and they take turns: round trips of query-status, and \
      query-qmp-schema, of which the library makes a typed value. Then a server answers each at once, which shows what a \
      command costs where nothing else runs between, and another sends each of them events.
      """)

  @Option(help: "The directory with qmp-client and event-server.")
  var programs: String

  @Option(help: "The QEMU program.")
  var qemu = QEMUBinary.hostName

  @Option(help: "A directory with the Python packages qemu.qmp and qmp; without it they are left out.")
  var python: String?

  @Option(help: "The script that runs them.")
  var pythonClient = "Benchmarks/Python/qmp-client"

  @Option(help: "How often each takes its turn.")
  var rounds = 24

  @Option(help: "What is measured: status, schema, answers and events, separated by commas.")
  var parts = "status,schema,answers,events"

  private func isWanted(_ part: String) -> Bool { parts.split(separator: ",").contains(part[...]) }

  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    let directory = "\(StateDirectory.defaultPath)-benchmark-\(getpid())"
    mkdir(directory, 0o700)
    defer { rmdir(directory) }
    if isWanted("status") || isWanted("schema") { try await measureCommands(directory) }
    if isWanted("answers") { try await measureAnswers(directory) }
    if isWanted("events") { try await measureEvents(directory) }
  }

  /// On a QEMU with a monitor for each.
  private func measureCommands(_ directory: String) async throws {
    let sockets = (0..<armCount).map { "\(directory)/\($0).sock" }
    let monitors = sockets.flatMap { ["-qmp", "unix:\($0),server=on,wait=off"] }
    let machine = try await VirtualMachine.start(
      LaunchRequest(
        name: try MachineName("benchmark"),
        configuration: try QEMUConfiguration(arguments: ["-machine", "none", "-display", "none"] + monitors),
        binary: try QEMUBinary(finding: qemu), state: StateDirectory(path: directory)))
    do {
      let arms = try await makeArms { sockets[$0] }
      if isWanted("status") { try await compare(arms, .status, count: 200, "query-status") }
      if isWanted("schema") {
        try await compare(arms, .schema, count: 1, "query-qmp-schema, to a typed value where there are types")
      }
      for arm in arms { await arm.end() }
    } catch {
      await machine.discard()
      throw error
    }
    await machine.discard()
    unlink("\(directory)/binaries.json")
  }

  /// Of a server for each, as no more than one is served at a time.
  private func measureAnswers(_ directory: String) async throws {
    var servers: [LineProgram] = []
    var arms: [any Arm] = []
    for index in 0..<armCount {
      let socket = "\(directory)/answers\(index).sock"
      let server = try LineProgram("\(programs)/event-server", [socket, "0"])
      _ = try server.next()
      servers.append(server)
      arms.append(try await makeArm(index, socket))
    }
    try await compare(arms, .status, count: 1000, "query-status, of a server that answers at once")
    for arm in arms { await arm.end() }
    for server in servers { await server.end() }
  }

  /// Fewer for the Python clients, which take minutes for as many.
  private func eventCount(_ index: Int) -> Int { index < 4 ? 200_000 : 10_000 }

  /// On one server that serves them one after the other.
  private func measureEvents(_ directory: String) async throws {
    print("\n\(eventCount(0)) events before a reply (\(eventCount(4)) for Python); events a second")
    for index in 0..<armCount {
      let socket = "\(directory)/events.sock"
      let count = eventCount(index)
      let server = try LineProgram("\(programs)/event-server", [socket, String(count)])
      _ = try server.next()
      let arm = try await makeArm(index, socket)
      var rates: [Double] = []
      for _ in 0..<max(3, rounds / 4) {
        let sample = try await arm.run(1, .events)
        rates.append(Double(count) / sample.trip * 1e9)
        if sample.messages < Double(count) {
          throw BenchmarkError("\(arm.name) saw \(Int(sample.messages)) of \(count) events")
        }
      }
      await arm.end()
      await server.end()
      print("\(padded(arm.name, 24)) \(fixed(Median(rates).value / 1000, 0)) k/s")
    }
  }
}

// MARK: - Arms

extension QMPBenchmark {
  private var armCount: Int { python == nil ? 4 : 6 }

  private func makeArms(_ socket: (Int) -> String) async throws -> [any Arm] {
    var arms: [any Arm] = []
    for index in 0..<armCount { arms.append(try await makeArm(index, socket(index))) }
    return arms
  }

  private func makeArm(_ index: Int, _ socket: String) async throws -> any Arm {
    let client = "\(programs)/qmp-client"
    switch index {
    case 0: return try ProgramArm("C", client, ["--id", socket])
    case 1: return try ProgramArm("C, without ids", client, [socket])
    case 2:
      return LibraryArm(
        name: "library, on its loop", session: try await QMPSession.connect(path: socket), isOnLoop: true)
    case 3:
      return LibraryArm(
        name: "library, from any thread", session: try await QMPSession.connect(path: socket), isOnLoop: false
      )
    default:
      let module = index == 4 ? "qemu.qmp" : "qmp"
      return try ProgramArm(
        "Python \(module)", pythonClient, [module, socket], environment: ["PYTHONPATH=\(python ?? "")"])
    }
  }

  /// Lets the arms take turns, each round from another one on.
  private func compare(
    _ arms: [any Arm], _ command: BenchmarkCommand, count: Int, _ title: String
  ) async throws {
    var samples = [[Sample]](repeating: [], count: arms.count)
    for round in -1..<rounds {
      for turn in arms.indices {
        let index = (turn + max(0, round)) % arms.count
        let sample = try await arms[index].run(count, command)
        if round >= 0 { samples[index].append(sample) }
      }
    }
    print("\n\(title); \(rounds) rounds of \(count), medians in µs")
    print(
      "\(padded("", 24))  \(padded("round trip", 11))  \(padded("CPU", 9))  \(padded("least CPU", 9))  round trip / C"
    )
    for (arm, own) in zip(arms, samples) {
      let ratio = Median(zip(own, samples[0]).map { $0.trip / $1.trip })
      let trip = fixed(Median(own.map(\.trip)).value / 1000, 1)
      let cpu = fixed(Median(own.map(\.processorTime)).value / 1000, 1)
      let least = fixed((own.map(\.processorTime).min() ?? 0) / 1000, 1)
      print(
        "\(padded(arm.name, 24))  \(padded(trip, 11))  \(padded(cpu, 9))  \(padded(least, 9))  \(ratio)")
    }
  }
}
