import CLinux
import Glibc
package import QEMUVerification

/// A system call filter that a process has installed, which is evaluated for single calls.
package struct SystemCallFilter {
  private let instructions: [clinux_filter_instruction]

  init(_ instructions: [clinux_filter_instruction]) { self.instructions = instructions }

  private static let mostInstructions = 4096

  /// Returns a line for each call of QEMU's sandbox groups, with the action of the process's filter.
  ///
  /// This blocks until the process has stopped, for up to a second, and must run in a thread that ends afterwards.
  package static func describe(_ pid: Int32) -> HostAnswer {
    #if arch(x86_64)
    var instructions = [clinux_filter_instruction](
      repeating: clinux_filter_instruction(), count: mostInstructions)
    let count = Int(clinux_system_call_filter(pid, &instructions, mostInstructions))
    if count < 0 {
      return .failure(of: "the system call filter of process \(pid)", Int32(-count))
    }
    if count > mostInstructions { return .unavailable("the filter has \(count) instructions") }
    if count == 0 { return .text("") }
    let filter = SystemCallFilter(Array(instructions.prefix(count)))
    var lines: [String] = []
    for (name, number) in calls {
      guard let isAllowed = filter.allows(number) else {
        return .unavailable("the filter has an instruction that this library does not know")
      }
      lines.append("\(name) \(isAllowed ? "allow" : "deny")")
    }
    return .text(lines.joined(separator: "\n"))
    #else
    return .unavailable("this library knows system calls by their numbers on x86_64 hosts only")
    #endif
  }

  /// The calls of the groups of `-sandbox`, by their numbers on x86_64.
  private static let calls: [(name: String, number: UInt32)] = [
    ("uselib", 134), ("_sysctl", 156), ("setuid", 105), ("setsid", 112), ("setresuid", 117), ("fork", 57),
    ("vfork", 58), ("execve", 59), ("setpriority", 141), ("sched_setaffinity", 203),
  ]
  /// The audit architecture of x86_64.
  private static let architecture: UInt32 = 0xC000_003E
  private static let allow: UInt32 = 0x7FFF_0000
  private static let log: UInt32 = 0x7FFC_0000

  /// Evaluates the filter for a call without arguments.
  /// - Returns: whether the call is allowed; nil if an instruction is not known, or if the filter does not return.
  package func allows(_ number: UInt32) -> Bool? {
    var (accumulator, place) = (UInt32(0), 0)
    // Jumps only lead forward.
    while place < instructions.count {
      let instruction = instructions[place]
      place += 1
      switch instruction.code {
      case 0x20: accumulator = Self.load(instruction.operand, number)
      case 0x54: accumulator &= instruction.operand
      case 0x05: place += Int(instruction.operand)
      case 0x15: place += Self.jump(accumulator == instruction.operand, instruction)
      case 0x25: place += Self.jump(accumulator > instruction.operand, instruction)
      case 0x35: place += Self.jump(accumulator >= instruction.operand, instruction)
      case 0x45: place += Self.jump(accumulator & instruction.operand != 0, instruction)
      case 0x06: return [Self.allow, Self.log].contains(instruction.operand & 0xFFFF_0000)
      default: return nil
      }
    }
    return nil
  }

  private static func jump(_ isTaken: Bool, _ instruction: clinux_filter_instruction) -> Int {
    Int(isTaken ? instruction.jump_true : instruction.jump_false)
  }

  /// Returns a 32-bit word of the filter's input: the number, the architecture, then addresses and arguments.
  private static func load(_ offset: UInt32, _ number: UInt32) -> UInt32 {
    switch offset {
    case 0: number
    case 4: architecture
    default: 0
    }
  }
}
