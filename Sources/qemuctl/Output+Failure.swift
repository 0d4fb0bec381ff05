import ArgumentParser
import QEMU

extension Output {
  /// Prints a failure as a document if `--format` requests one and nothing else was printed.
  static func document(_ failure: FailureReport) {
    guard !hasWrittenData, let format = ReportFormat(askedForBy: ProgramArguments.words) else { return }
    let title = "qemuctl \(ProgramArguments.words.first ?? "")"
    switch format {
    case .table: return
    case .json: redactedDocument(failure.json, .json)
    case .yaml: redactedDocument(failure.json, .yaml)
    case .junit: text(failure.junit(named: title))
    case .html: text(failure.html(titled: title))
    }
  }

  /// Prints a usage error as a document; a request for help or the version is not an error.
  static func document(ofUsage error: any Error) {
    let status = Qemuctl.exitCode(for: error)
    if status.isSuccess { return }
    document(
      FailureReport(
        code: status == .validationFailure ? "usage" : "failed", summary: struck(Qemuctl.message(for: error)),
        evidence: [], remedy: "see qemuctl help"))
  }
}

extension ReportFormat {
  /// Reads `--format` from arguments that may be invalid otherwise.
  init?(askedForBy words: [String]) {
    guard let name = ProgramArguments.value(ofOption: "--format", in: words) else { return nil }
    self.init(rawValue: name)
  }
}
