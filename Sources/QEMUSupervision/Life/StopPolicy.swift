/// The steps of a stop, each with its timeout.
package struct StopPolicy: Sendable, Hashable {
  /// A step, and the time that QEMU has to exit after it.
  package struct Entry: Sendable, Hashable {
    package let step: StopStep
    /// The timeout in nanoseconds.
    package let timeout: Int64

    package init(_ step: StopStep, timeout: Int64) {
      self.step = step
      self.timeout = timeout
    }
  }

  /// The time after SIGKILL, in nanoseconds, after which QEMU is reported as stuck.
  package static let killTimeout: Int64 = 10_000_000_000

  /// The steps in order. SIGKILL is always the last one.
  package let entries: [Entry]

  /// Makes a timetable; steps with a timeout of zero are skipped, and SIGKILL is added.
  package init(_ entries: [Entry]) {
    self.entries =
      entries.filter { $0.step != .kill && $0.timeout > 0 } + [Entry(.kill, timeout: Self.killTimeout)]
  }

  /// The timetable of a stop without options: 30 s for the guest, 5 s after `quit`, 5 s after SIGTERM.
  package static let standard = StopPolicy([
    Entry(.powerdown, timeout: 30_000_000_000), Entry(.quit, timeout: 5_000_000_000),
    Entry(.terminate, timeout: 5_000_000_000),
  ])

  /// A timetable that only sends SIGKILL.
  package static let immediate = StopPolicy([])
}

extension StopPolicy {
  /// Reads a timetable: `[{"step":"powerdown","timeout":30000000000}, …]`, with timeouts in nanoseconds.
  /// - Returns: nil if the text is not one.
  package init?(_ json: JSONText) {
    guard let elements = json.elements else { return nil }
    var entries: [Entry] = []
    for element in elements {
      guard let step = element["step"]?.string.flatMap(StopStep.init(rawValue:)),
        let timeout = element["timeout"]?.integer, timeout >= 0
      else { return nil }
      entries.append(Entry(step, timeout: Int64(timeout)))
    }
    self.init(entries)
  }
}
