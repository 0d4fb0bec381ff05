/// A stop that is under way: the steps that were taken, and the next one.
struct StopSequence: Sendable {
  /// The result of a step's end.
  enum Progress: Equatable {
    /// The step is to be taken now.
    case take(StopStep)
    /// SIGKILL had no effect.
    case stuck
  }

  private var remaining: ArraySlice<StopPolicy.Entry>
  /// The last step that was taken; nil before the first.
  private(set) var step: StopStep?
  /// The time at which the next step follows.
  private(set) var deadline: Instant?
  /// The steps that failed or expired, each with the reason.
  private(set) var remarks: [String] = []

  init(_ timetable: StopPolicy) { remaining = timetable.entries[...] }

  /// Begins the next step.
  mutating func next(at now: Instant) -> Progress {
    guard let entry = remaining.popFirst() else {
      deadline = nil
      return .stuck
    }
    step = entry.step
    deadline = now.advanced(by: entry.timeout)
    timeout = entry.timeout
    return .take(entry.step)
  }

  private var timeout: Int64 = 0

  /// Notes that the step failed, and begins the next one.
  mutating func failed(_ reason: String, at now: Instant) -> Progress {
    remarks.append("\(step?.rawValue ?? "stop"): \(reason)")
    return next(at: now)
  }

  /// Notes that QEMU did not exit in time, and begins the next step.
  mutating func expired(at now: Instant) -> Progress {
    failed("still running after \(Self.seconds(timeout))", at: now)
  }

  /// Replaces the steps that were not taken yet.
  ///
  /// The first step of the timetable follows at once if it is stronger than the last one that was taken.
  /// Otherwise the steps that are not stronger are left out, and the new timeout of the last one begins now.
  /// - Returns: the step that is to be taken now; nil if there is none.
  mutating func replaceRemaining(by timetable: StopPolicy, at now: Instant) -> Progress? {
    let strength = step?.strength ?? 0
    remaining = timetable.entries.filter { $0.step.strength > strength }[...]
    if let first = timetable.entries.first, first.step.strength > strength { return next(at: now) }
    if let entry = timetable.entries.first(where: { $0.step == step }) {
      timeout = entry.timeout
      deadline = now.advanced(by: timeout)
    }
    return nil
  }

  private static func seconds(_ nanoseconds: Int64) -> String {
    let tenths = nanoseconds / 100_000_000
    return "\(tenths / 10).\(tenths % 10) s"
  }
}

extension StopStep {
  /// The order of the steps: QEMU may ignore a weaker one where a stronger one is effective.
  fileprivate var strength: Int {
    switch self {
    case .powerdown: 1
    case .quit: 2
    case .terminate: 3
    case .kill: 4
    }
  }
}
