import QEMU

/// The exit statuses of `qemuctl`. Scripts rely on the numbers.
enum ExitStatus: Int32, Error {
  case done = 0
  case failed = 1
  case changes = 2
  case drifted = 3
  case unproven = 4
  case impossible = 5
  case usage = 64
  case malformedConfiguration = 65
  case binaryUnusable = 69
  case timedOut = 75
}

extension ExitStatus {
  /// Returns the exit status of a command that could not write all of its output: `failed` instead of `done` or
  /// `changes`.
  ///
  /// The status of a failure or a verdict is not changed.
  static func ofLostData(_ status: Int32) -> Int32 {
    [done.rawValue, changes.rawValue].contains(status) ? failed.rawValue : status
  }
}

extension VerificationReport {
  /// Throws the exit status of the verdict, unless it is 0.
  func exit() throws(ExitStatus) {
    if let status = failure { throw status }
  }

  /// The exit status of the verdict; nil if it is 0.
  var failure: ExitStatus? {
    switch verdict {
    case .drifted: .drifted
    case .unproven: .unproven
    case .confirmed, .fellBack: nil
    }
  }
}

/// The exit status of a QEMU that ran in the foreground: its own, or 128 + N if signal N ended it.
struct QEMUExitStatus: Error {
  let code: Int32
}

extension LifecycleError {
  var exitStatus: ExitStatus {
    switch code {
    case .binaryUnusable, .notQEMU: .binaryUnusable
    case .invalidName, .invalidCondition: .usage
    case .unsupportedOption: .malformedConfiguration
    case .timedOut, .busy: .timedOut
    default: .failed
    }
  }
}

extension QMPError {
  var exitStatus: ExitStatus {
    switch code {
    case .timedOut: .timedOut
    case .malformedArguments: .usage
    default: .failed
    }
  }
}
