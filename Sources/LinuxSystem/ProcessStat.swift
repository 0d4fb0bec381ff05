/// The fields of /proc/PID/stat.
package struct ProcessStat {
  /// The letter of the state: R, S, D, T (stopped), Z (zombie), …
  package let state: Character
  package let startTime: UInt64
  /// The status that `wait` will return, if the process has ended; also 0 if this user may not read it.
  let waitStatus: Int32

  package init?(pid: Int32) {
    guard let text = readProcText("/proc/\(pid)/stat") else { return nil }
    self.init(text: text)
  }

  /// Reads the text of the file. The name in parentheses may have spaces and parentheses, so fields are counted from
  /// the last `)`. They are ASCII: bytes are found faster than characters.
  package init?(text: String) {
    guard let close = text.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = text.utf8[close...].dropFirst().split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    guard fields.count > 19, let state = fields[0].first, let startTime = UInt64(Substring(fields[19])) else {
      return nil
    }
    self.state = Character(Unicode.Scalar(state))
    self.startTime = startTime
    waitStatus = fields.count > 49 ? Int32(Substring(fields[49])) ?? 0 : 0
  }

  /// A Boolean value that indicates whether a signal or a debugger stopped the process.
  package var isStopped: Bool { state == "T" || state == "t" }

  /// Returns the reason why a process is stopped; nil if it is not.
  package static func stopReason(of pid: Int32) -> String? {
    switch ProcessStat(pid: pid)?.state {
    case "T": "process \(pid) is stopped by a signal; continue it with kill -CONT \(pid)"
    case "t": "process \(pid) is stopped by a debugger; detach the debugger"
    default: nil
    }
  }

  /// A Boolean value that indicates whether the process has ended and is not yet reaped by its parent.
  package var isZombie: Bool { state == "Z" || state == "X" }
}
