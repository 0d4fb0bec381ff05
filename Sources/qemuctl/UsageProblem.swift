import Glibc

/// A usage error with a remedy, which replaces the list of the command's options.
struct UsageProblem: Error {
  let summary: String
  var evidence: [String] = []
  let remedy: String
}

extension UsageProblem {
  /// The problem with a file that cannot be read or written.
  /// - Parameter number: the error's number.
  init(file: String, _ number: Int32) {
    summary = "\(file): \(String(cString: strerror(number)))"
    remedy =
      switch number {
      case ENOENT: "correct the path; write QEMU's own options after --"
      case EISDIR: "pass a file in this directory"
      case EACCES, EPERM: "give this user permission, or pass another file"
      default: "pass another file"
      }
  }
}
