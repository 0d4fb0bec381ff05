import QEMU

/// The exit statuses of the command; scripts rely on the numbers.
enum ExitStatus: Int32, Error {
  case done = 0
  case failed = 1
  case changes = 2
  case drifted = 3
  case unproven = 4
  case usage = 64
  case malformedConfiguration = 65
  case binaryUnusable = 69
  case timedOut = 75
}

extension ExitStatus {
  /// The exit status of a command whose data did not all reach standard output: what would say that it is there does not.
  ///
  /// A failure or a verdict stays what it is.
  static func ofLostData(_ status: Int32) -> Int32 {
    [done.rawValue, changes.rawValue].contains(status) ? failed.rawValue : status
  }
}

extension VerificationReport {
  /// Ends the command with the exit status of the verdict, unless that is 0.
  func exit() throws(ExitStatus) {
    if let status = failure { throw status }
  }

  /// The exit status of the verdict; nil where it is 0.
  var failure: ExitStatus? {
    switch verdict {
    case .drifted: .drifted
    case .unproven: .unproven
    case .confirmed, .fellBack: nil
    }
  }
}

/// The exit status of a QEMU that ran in the foreground; 128 and the signal's number where a signal ended it.
struct QEMUExitStatus: Error {
  let code: Int32
}

extension LifecycleError {
  var exitStatus: ExitStatus {
    switch code {
    case .binaryUnusable, .notQEMU: .binaryUnusable
    case .invalidName: .usage
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
