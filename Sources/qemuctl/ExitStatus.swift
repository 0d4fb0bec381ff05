import QEMU

/// What the command's exit status says; scripts rely on the numbers.
enum ExitStatus: Int32, Error {
  case done = 0
  case failed = 1
  case drifted = 3
  case usage = 64
  case malformedConfiguration = 65
  case binaryUnusable = 69
  case timedOut = 75
}

extension LifecycleError {
  var exitStatus: ExitStatus {
    switch code {
    case .binaryUnusable, .notQEMU: .binaryUnusable
    case .invalidName: .usage
    case .unsupportedOption: .malformedConfiguration
    case .timedOut: .timedOut
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
