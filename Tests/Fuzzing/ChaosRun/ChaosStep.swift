import Foundation

/// One command of a run, and what happens to it.
struct ChaosStep: Sendable, CustomStringConvertible {
  /// A fault of a command while it runs.
  enum Fault: Sendable {
    case none
    /// It is killed after so many milliseconds.
    case kill(after: Int)
    /// It is killed or delayed at a system call, as the library for fault injection reads it.
    case placed(String)
  }

  let words: [String]
  var fault: Fault
  /// A Boolean value that indicates whether it runs in its own PID namespace, as in a container. Only root can do that.
  var isContained = false

  var description: String {
    let ending =
      switch fault {
      case .none: ""
      case .kill(let time): ", killed after \(time) ms"
      case .placed(let text): ", with \(text)"
      }
    return "qemuctl \(words.joined(separator: " "))\(isContained ? " in a container" : "")\(ending)"
  }

  /// The names that machines are started under, and one whose record names a process that is none of ours.
  static let names = ["a", "b", "c"]
  static let decoy = "decoy"

  private static let calls = ["write", "send", "renameat", "fork", "linkat", "any"]

  /// Draws the steps of a round. Most of them meet on one name.
  static func round(of width: Int, _ random: inout some RandomNumberGenerator) -> [ChaosStep] {
    let common = names.randomElement(using: &random) ?? decoy
    return (0..<width).map { _ in
      switch Int.random(in: 0..<10, using: &random) {
      case 0: step(on: decoy, &random)
      case 1..<7: step(on: common, &random)
      default: step(on: names.randomElement(using: &random) ?? decoy, &random)
      }
    }
  }

  private static func step(on name: String, _ random: inout some RandomNumberGenerator) -> ChaosStep {
    let isStart = Int.random(in: 0..<100, using: &random) < 45
    let others =
      [["stop"], ["stop"], ["kill"], ["kill"], ["rm"], ["rm"], ["rm"], ["rm"]]
      + [["status"], ["verify"], ["list"], ["recover"], ["capabilities"], ["adopt"], ["pause"], ["restart"]]
    let other = others.randomElement(using: &random) ?? ["list"]
    let words: [String] =
      switch (isStart, other[0]) {
      case (true, _):
        ["start"] + (Int.random(in: 0..<4, using: &random) == 0 ? ["--no-supervisor"] : []) + [
          "--name", name,
        ]
      case (_, "list"), (_, "capabilities"): other
      case (_, "stop"), (_, "restart"): [other[0], name, "--powerdown", "200ms"]
      default: other + [name]
      }
    let step = ChaosStep(words: words, fault: randomFault(&random))
    return Int.random(in: 0..<10, using: &random) == 0 ? step.contained : step
  }

  /// The same step in a container. What starts one would take a placed fault for its own.
  private var contained: ChaosStep {
    // The other name's record tells nothing that is seen from there.
    if geteuid() != 0 || words.contains(Self.decoy) { return self }
    var step = self
    step.isContained = true
    if case .placed = fault { step.fault = .none }
    return step
  }

  private static func randomFault(_ random: inout some RandomNumberGenerator) -> Fault {
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<3: return .none
    case 3..<5: return .kill(after: Int.random(in: 0..<400, using: &random))
    case 5: return .placed("any:\(Int.random(in: 1..<40, using: &random)):delay")
    default:
      let call = calls.randomElement(using: &random) ?? "any"
      let number = Int.random(in: 0..<(call == "any" ? 24 : 3), using: &random)
      return .placed("\(call):\(number):\(Bool.random(using: &random) ? "before" : "after")")
    }
  }
}
