import Foundation
import QEMU
import QEMUJSON
import QEMULifecycle
import QMP
import RandomValues

/// Runs random commands on a few names at once, kills some of them anywhere, and checks what must hold at any time.
public final class ChaosRun {
  /// The outcome of a run.
  public struct Outcome: Sendable {
    /// The number of commands that ran.
    public internal(set) var steps = 0
    /// The number of commands that were killed.
    public internal(set) var killed = 0
    /// The number of machines that were seen to run, after each round.
    public internal(set) var machines = 0
    /// The violated invariants, with the commands of the round.
    public internal(set) var violations: [String] = []
  }

  /// The number of commands that run at once.
  private static let width = 8
  /// No command takes as long, unless it hangs.
  private static let bound = Duration.seconds(120)
  private static let statuses: Set<Int32> = [0, 1, 3, 4, 64, 65, 69, 75]

  private static let machine = [
    "-accel", "tcg", "-machine", "none", "-m", "16", "-nodefaults", "-display", "none",
  ]

  private let program: String
  private let qemu: String
  private let faults: String
  private let state: String
  private var outcome = Outcome()

  /// - Parameters:
  ///   - program: the command.
  ///   - qemu: the QEMU binary.
  ///   - faults: the library for fault injection.
  ///   - state: an empty state directory.
  public init(program: String, qemu: String, faults: String, state: String) {
    (self.program, self.qemu, self.faults, self.state) = (program, qemu, faults, state)
  }

  /// Runs commands, and ends what is left of them.
  public func run(steps: Int, seed: UInt64) async throws -> Outcome {
    let decoy = try makeDecoy()
    defer { try? decoy.send(signal: SIGKILL) }
    var random = SplitMix64(seed: seed)
    while outcome.steps < steps {
      let round = ChaosStep.round(of: Self.width, &random)
      // So that QEMU is asked again for what it has, now and then.
      let isForgetting = Int.random(in: 0..<8, using: &random) == 0
      for name in try FileManager.default.contentsOfDirectory(atPath: state)
      where isForgetting && name.hasSuffix(".json") {
        try FileManager.default.removeItem(atPath: "\(state)/\(name)")
      }
      let blow = Bool.random(using: &random) ? Blow(&random) : nil
      let striking = Self.striking(blow, in: state)
      var faults = await perform(round)
      await striking.value
      faults += try await faultsAtRest()
      if decoy.end != nil { faults.append("a process that is none of ours was ended") }
      if !faults.isEmpty {
        outcome.violations.append(
          "after \(outcome.steps) commands:\n  "
            + (faults + round.map(\.description)).joined(separator: "\n  "))
      }
      if decoy.end != nil { break }
    }
    try await endAll()
    return outcome
  }

  // MARK: - Commands

  /// Runs the commands of a round at once.
  /// - Returns: what did not hold meanwhile.
  private func perform(_ round: [ChaosStep]) async -> [String] {
    let results = await withTaskGroup(of: (ChaosStep, Int32?).self) { [self] group in
      for step in round {
        let process = command(step)
        group.addTask { (step, await Self.status(of: process, step.fault)) }
      }
      var results: [(ChaosStep, Int32?)] = []
      for await result in group { results.append(result) }
      return results
    }
    outcome.steps += results.count
    return results.compactMap { step, status in
      switch status {
      case nil: return "it did not end: \(step)"
      case -SIGKILL:
        outcome.killed += 1
        if case .none = step.fault { return "it was killed: \(step)" }
        return nil
      case let status?: return Self.statuses.contains(status) ? nil : "exit status \(status): \(step)"
      }
    }
  }

  /// The end or the interruption of a supervisor.
  private struct Blow: Sendable {
    let delay: Int
    /// The time after which a stopped supervisor continues, in milliseconds; nil if it is killed.
    let pause: Int?
    let choice: UInt64

    init(_ random: inout some RandomNumberGenerator) {
      delay = Int.random(in: 0..<400, using: &random)
      pause = Bool.random(using: &random) ? Int.random(in: 0..<300, using: &random) : nil
      choice = random.next()
    }
  }

  private static func striking(_ blow: Blow?, in state: String) -> Task<Void, Never> {
    Task { await strike(blow, in: state) }
  }

  /// Kills a supervisor, or stops it for a time.
  private static func strike(_ blow: Blow?, in state: String) async {
    guard let blow else { return }
    try? await Task.sleep(for: .milliseconds(blow.delay))
    let supervisors = LiveProcesses(in: state).supervisors
    guard !supervisors.isEmpty else { return }
    let pid = supervisors[Int(blow.choice % UInt64(supervisors.count))].identity.pid
    guard let pause = blow.pause else {
      kill(pid, SIGKILL)
      return
    }
    kill(pid, SIGSTOP)
    try? await Task.sleep(for: .milliseconds(pause))
    kill(pid, SIGCONT)
  }

  private func command(_ step: ChaosStep) -> Process {
    let process = Process()
    let container =
      step.isContained ? ["/usr/bin/unshare", "--pid", "--fork", "--kill-child", "--mount-proc"] : []
    let words = container + [program]
    process.executableURL = URL(filePath: words[0])
    process.arguments =
      Array(words.dropFirst()) + step.words + ["--state-dir", state]
      + (step.words[0] == "start" ? ["--qemu", qemu, "--"] + Self.machine : [])
    var environment = ProcessInfo.processInfo.environment
    environment[LiveProcesses.mark] = state
    if case .placed(let fault) = step.fault {
      environment["LD_PRELOAD"] = faults
      environment["QEMUCTL_FAULT"] = fault
    }
    process.environment = environment
    for output in [\Process.standardInput, \.standardOutput, \.standardError] {
      process[keyPath: output] = FileHandle.nullDevice
    }
    return process
  }

  /// The exit status of a command, negative for a signal; nil where it does not end.
  private static func status(of process: sending Process, _ fault: ChaosStep.Fault) async -> Int32? {
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    process.terminationHandler = { _ in end.finish() }
    guard (try? process.run()) != nil else { return nil }
    let pid = process.processIdentifier
    let killer = Task {
      if case .kill(let time) = fault {
        try await Task.sleep(for: .milliseconds(time))
        kill(pid, SIGKILL)
      }
    }
    let isBounded = await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        for await _ in ended {}
        return !Task.isCancelled
      }
      group.addTask {
        try? await Task.sleep(for: bound)
        return false
      }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
    killer.cancel()
    if !isBounded {
      kill(pid, SIGKILL)
      return nil
    }
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  // MARK: - What must hold

  /// Checks the machines that are there once no command runs any more.
  private func faultsAtRest() async throws -> [String] {
    var live = LiveProcesses(in: state)
    let end = ContinuousClock.now + Self.bound
    // What a command that was killed had begun ends by itself.
    while !live.strays.isEmpty {
      if ContinuousClock.now > end { return ["what a command started does not end with it: \(live.strays)"] }
      try await Task.sleep(for: .milliseconds(10))
      live = LiveProcesses(in: state)
    }
    let machines = live.machines
    outcome.machines += machines.count
    var faults = live.doubled.map { "\($0.name) runs twice, as \($0.identity.pid)" }
    faults += live.doublySupervised.map { "\($0.name) has two supervisors, one is \($0.identity.pid)" }
    let rows = try await listed()
    for machine in machines {
      guard let row = rows.first(where: { $0["name"]?.stringValue == machine.name }) else {
        faults.append("\(machine.name) runs (\(machine.identity.pid)) and is not listed")
        continue
      }
      if row["pid"]?.integerValue != Int64(machine.identity.pid) {
        faults.append("\(machine.name) runs as \(machine.identity.pid) and is listed as \(Self.text(row))")
      }
    }
    let odd = rows.filter { ["foreign", "unknown", "stuck"].contains($0["state"]?.stringValue) }
    faults += odd.filter { $0["name"]?.stringValue != ChaosStep.decoy }.map {
      "its state cannot be told: \(Self.text($0))"
    }
    return faults
  }

  private static func text(_ row: JSON) -> String { (try? row.serialized()) ?? "" }

  private func listed() async throws -> [JSON] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: program)
    process.arguments = ["list", "--format", "json", "--state-dir", state]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return (try? JSON.parse(text))?["vms"]?.arrayValue ?? []
  }

  /// Makes a process, and a record that names it as a machine's.
  ///
  /// It holds nothing that this process has open: the ends of the commands are told by descriptors.
  private func makeDecoy() throws -> ChildProcess {
    let null = try Descriptor.open("/dev/null", O_RDWR)
    let decoy = try ChildProcess.spawn(
      "/bin/sleep", ["100000"], environment: [], passing: (0...2).map { .init(null.number, as: $0) })
    let identity = decoy.identity
    let directory = "\(state)/\(ChaosStep.decoy)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let record = """
      {"name":"decoy","pid":\(identity.pid),"start-time":\(identity.startTime),"boot-id":"\(identity.bootID)",\
      "namespaces":"\(identity.namespaces)","socket":"qmp-1.sock","binary":"\(qemu)","version":"1","requested":[],"command":["\(qemu)"],"started":1}
      """
    try record.write(toFile: "\(directory)/vm.json", atomically: false, encoding: .utf8)
    return decoy
  }

  private func endAll() async throws {
    for name in ChaosStep.names {
      for words in [["kill", name], ["rm", name]] {
        _ = await perform([ChaosStep(words: words, fault: .none)])
      }
    }
    outcome.steps -= ChaosStep.names.count * 2
    let live = LiveProcesses(in: state)
    let left = live.strays + live.machines.map { "\($0.name) is left as \($0.identity.pid)" }
    let names = try FileManager.default.contentsOfDirectory(atPath: state).filter(ChaosStep.names.contains)
    let all = left + names.map { "the directory of \($0) is left" }
    if !all.isEmpty { outcome.violations.append("at the end:\n  " + all.joined(separator: "\n  ")) }
  }
}
