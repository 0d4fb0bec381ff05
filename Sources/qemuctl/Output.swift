import ArgumentParser
import CLinux
import Glibc
import QEMU
import Synchronization

/// The output of the command: data on standard output, everything else on standard error. Nothing else prints.
enum Output {
  /// Prints lines of text on standard output.
  static func line(_ text: String) { write(struck(text).visible + "\n", to: STDOUT_FILENO) }

  /// Prints a text unchanged: a document whose format escapes control characters, or a converted configuration.
  ///
  /// The caller has redacted the secrets: a name in the document may be equal to a secret by chance.
  static func text(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Prints bytes unchanged.
  static func bytes(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

  /// Prints a value that is not a document of `qemuctl`: a reply of QEMU, a configuration, or a schema.
  static func value(_ json: JSON, _ format: OutputFormat = .json) { write(struck(json), format) }

  /// Prints a value whose secrets are redacted.
  static func write(_ json: JSON, _ format: OutputFormat) {
    if format == .yaml, let object = json.objectValue,
      let text = try? ConfigurationDocument(root: object).yaml()
    {
      write(text, to: STDOUT_FILENO)
    } else {
      write(((try? json.serialized()) ?? "null").withEscapedControls + "\n", to: STDOUT_FILENO)
    }
  }

  /// Reports an error after which the command continues.
  static func reportAndGoOn(_ error: any Error) { _ = report(error) }

  /// Prints a remark on standard error.
  static func note(_ text: String) {
    tell("qemuctl: \(text)")
  }

  /// Prints a remark and its remedy on standard error.
  static func note(_ text: String, remedy: String) {
    note(text)
    tell("  what to do: \(remedy)")
  }

  /// Reports that a verdict could not be recorded.
  static func note(unrecorded failure: LifecycleError?) {
    if let failure { note("the verdict was not recorded: \(failure.summary)", remedy: failure.remedy) }
  }

  /// Reports an error with its evidence and its remedy.
  /// - Returns: the exit status of the error.
  static func report(_ error: any Error) -> Int32 {
    switch error {
    case let error as LifecycleError:
      return report(error.code, error.description, error.evidence, error.remedy, error.exitStatus)
    case let error as CommandLineError:
      let remedy = ownOption(named: error).map { "write qemuctl's own \($0) before --" } ?? error.remedy
      return report(error.code, error.description, error.evidence, remedy, .malformedConfiguration)
    case let error as QMPError:
      return report(error.code, error.description, error.evidence, error.remedy, error.exitStatus)
    case let error as UsageProblem:
      return report("usage", error.summary, error.evidence, error.remedy, .usage)
    case let error as JSONError:
      return report("malformedJson", error.description, [], error.remedy, .usage)
    case is CancellationError:
      return report("cancelled", "the command was cancelled", [], "repeat the command", .failed)
    default:
      if Qemuctl.exitCode(for: error) != .success,
        let problem = Misspelling.problem(in: ProgramArguments.words)
      {
        return report(problem)
      }
      document(ofUsage: error)
      return message(of: error)
    }
  }

  /// Prints help, the version, or a usage error.
  /// - Returns: the exit status.
  private static func message(of error: any Error) -> Int32 {
    let (text, code) = (Qemuctl.fullMessage(for: error), Qemuctl.exitCode(for: error))
    if code.isSuccess { line(CompletionScript.completed(text)) } else if !text.isEmpty { tell(text) }
    return code.rawValue
  }

  /// Returns the option of `qemuctl` that was written among QEMU's options; nil if there is none.
  private static func ownOption(named error: CommandLineError) -> String? {
    guard error.code == .unknownOption, let word = error.evidence.first, word.hasPrefix("--") else {
      return nil
    }
    return Start.helpMessage(columns: 1000).contains("  \(word)") ? word : nil
  }

  private static func report(
    _ code: some Any, _ summary: String, _ evidence: [String], _ remedy: String, _ status: ExitStatus
  ) -> Int32 {
    let (summary, evidence, remedy) = (struck(summary), evidence.map(struck), struck(remedy))
    document(FailureReport(code: "\(code)", summary: summary, evidence: evidence, remedy: remedy))
    note(summary)
    for text in evidence {
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) { tell("  \(line)") }
    }
    tell("  what to do: \(remedy)")
    return status.rawValue
  }

  /// Prints lines of text on standard error.
  private static func tell(_ text: String) { write(struck(text).visible + "\n", to: STDERR_FILENO) }

  /// A Boolean value that indicates whether anything was written to standard output. A reader expects one document
  /// only.
  static var hasWrittenData: Bool { wroteData.load(ordering: .relaxed) }
  private static let wroteData = Atomic(false)

  /// Reports once that data could not be written. If the reader closed the pipe, as a pager does, only the exit status
  /// reports it.
  static func noteLoss(of name: String = "standard output", _ code: Int32) {
    guard !lostData.exchange(true, ordering: .relaxed), code != EPIPE else { return }
    note(
      "\(name) cannot be written: \(String(cString: strerror(code)))",
      remedy: "free space on its file system, or write to another file")
  }

  /// A Boolean value that indicates whether some data could not be written. Further data is discarded.
  static var hasLostData: Bool { lostData.load(ordering: .relaxed) }
  private static let lostData = Atomic(false)

  /// Closes the output: a network file system may report only now that it is full.
  /// - Returns: whether all data was written.
  static func finish() -> Bool {
    if hasWrittenData, case let result = clinux_close_output(), result < 0 { noteLoss(-result) }
    return !hasLostData
  }

  private static func write(_ text: String, to descriptor: Int32) {
    // A terminal must not interpret control characters.
    write(Array((isatty(descriptor) != 0 ? text.visible : text).utf8), to: descriptor)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    if descriptor == STDOUT_FILENO {
      // A document with a gap is worse than a truncated one.
      if hasLostData { return }
      wroteData.store(true, ordering: .relaxed)
    }
    ProgressLine.erase()
    let error = writeAll(bytes, to: descriptor)
    if error != 0, descriptor == STDOUT_FILENO { noteLoss(error) }
  }

  /// Writes bytes to a descriptor; waits if a nonblocking one is full.
  /// - Returns: 0, or the error number.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count == 0 {
        return ENOSPC
      } else if errno == EAGAIN {
        _ = clinux_poll(descriptor, Int16(POLLOUT), -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}
