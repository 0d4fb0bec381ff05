import QEMUCommandLine

@testable import LinuxSystem
@testable import QEMULifecycle

/// The same values at every run: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}

extension MachineRecord {
  static let sample = MachineRecord.of(ProcessIdentity(pid: 4711, startTime: 815, bootID: "boot"))

  /// A record of "web" run by this process.
  static func of(
    _ process: ProcessIdentity, socket: String = "qmp-1.sock",
    command: [String] = ["/usr/bin/qemu-system-x86_64", "-m", "64"], ending: Ending? = nil,
    isStarting: Bool = false
  ) -> MachineRecord {
    MachineRecord(
      name: "web", process: process, socket: socket, binary: command[0],
      version: "10.0.13", requested: ["-m", "64"], command: command,
      started: 1_700_000_000, accelerator: "tcg", verdict: "confirmed", accepted: ["m.size"], ending: ending,
      isStarting: isStarting)
  }

  /// Any record that can be; texts with all that JSON has to escape.
  static func random(_ random: inout SeededGenerator) -> MachineRecord {
    MachineRecord(
      name: text(&random),
      process: ProcessIdentity(
        pid: .random(in: 1 ... .max, using: &random), startTime: random.next(), bootID: text(&random),
        namespaces: text(&random)),
      socket: text(&random), binary: text(&random), version: text(&random), requested: texts(&random),
      command: texts(&random), started: Int64(bitPattern: random.next()),
      accelerator: Bool.random(using: &random) ? AcceleratorName(text(&random)) : nil,
      verdict: Bool.random(using: &random) ? text(&random) : nil, accepted: texts(&random),
      ending: Bool.random(using: &random) ? .random(&random) : nil, isStarting: Bool.random(using: &random))
  }

  fileprivate static func text(_ random: inout SeededGenerator) -> String {
    let pieces = [
      "a", "Z", "0", " ", "\"", "\\", "\n", "\r\n", "\t", "\0", "\u{7F}", "é", "e\u{301}", "🐧", ",",
    ]
    return (0..<Int.random(in: 0...12, using: &random)).map { _ in
      pieces[Int.random(in: 0..<pieces.count, using: &random)]
    }.joined()
  }

  private static func texts(_ random: inout SeededGenerator) -> [String] {
    (0..<Int.random(in: 0...4, using: &random)).map { _ in text(&random) }
  }
}

extension MachineRecord.Ending {
  fileprivate static func random(_ random: inout SeededGenerator) -> Self {
    let number = Int32(truncatingIfNeeded: random.next())
    let ends: [ProcessEnd] = [
      .exited(code: number), .signalled(number, coreDumped: true), .signalled(number, coreDumped: false),
      .unknown,
    ]
    let text = MachineRecord.text(&random)
    let causes: [Cause] = [.stop(.kill), .unrequested, .crash(text), .exit(text)]
    return Self(
      cause: causes[Int(random.next() % 4)], end: ends[Int(random.next() % 4)],
      text: MachineRecord.text(&random))
  }
}
