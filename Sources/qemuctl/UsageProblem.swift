import Glibc

/// A command that cannot be carried out as it is written; what to do is known without the list of its options.
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
      case ENOENT: "correct the path; QEMU's own options stand behind --"
      case EISDIR: "name a file in it"
      case EACCES, EPERM: "give this user the right to it, or name another file"
      default: "name another file"
      }
  }
}
