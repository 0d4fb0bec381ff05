import Foundation
package import QEMU

/// A generated line, and what became of it.
package struct JudgedLine: Sendable {
  /// The outcome of a frozen start.
  package enum Outcome: Sendable {
    /// This library does not read the line.
    case unread(String)
    /// QEMU refuses it.
    case refused(String)
    /// It was not ready in time.
    case late
    /// It started and was compared.
    case judged(VerificationReport)
  }

  package let number: Int
  /// The words, in which `DIR/` stands for the line's directory.
  package let words: [String]
  package let outcome: Outcome
  /// The violated invariants: a duplicate or missing finding, a remaining process or directory.
  package let faults: [String]

  /// The findings that drifted; the accelerator's as `accel`.
  package var drifts: [Drift] {
    guard case .judged(let report) = outcome else { return [] }
    return report.drifts.map(Drift.init)
  }
}

/// A drift that was found.
package struct Drift: Sendable, Hashable {
  /// `OPTION.PROPERTY`, without the numbers of lists.
  package let name: String
  package let requested: String
  package let observed: String
  package let evidence: [String]
  package let reason: String

  init(_ finding: Finding) {
    name = "\(finding.option).\(finding.property)"
    requested = finding.requested
    observed = finding.observed ?? "nothing"
    evidence = finding.evidence.map { "\($0.source): \($0.observed)" }
    reason = finding.reason ?? ""
  }
}

/// Starts lines frozen, verifies and ends them.
package struct LineJudge: Sendable {
  private let binary: QEMUBinary

  package init(_ binary: QEMUBinary) { self.binary = binary }

  /// Starts one line in a directory of its own, which is gone when this returns.
  package func judge(_ number: Int, _ words: [String]) async throws -> JudgedLine {
    let directory = try LineDirectory(for: words)
    defer { directory.remove() }
    func line(_ outcome: JudgedLine.Outcome, _ faults: [String] = []) -> JudgedLine {
      JudgedLine(number: number, words: words, outcome: outcome, faults: faults)
    }
    let configuration: QEMUConfiguration
    do {
      configuration = try QEMUConfiguration(arguments: directory.filled(words))
    } catch {
      return line(.unread("\(error)"))
    }
    do {
      let (report, faults) = try await verify(configuration, directory)
      return line(.judged(report), faults)
    } catch let error as LifecycleError where error.code == .timedOut {
      return line(.late, leftovers(nil, directory))
    } catch let error as LifecycleError where [.startFailed, .unsupportedOption].contains(error.code) {
      let isOwn = error.code == .unsupportedOption
      return line(isOwn ? .unread(error.summary) : .refused(error.summary), leftovers(nil, directory))
    }
  }

  private func verify(
    _ configuration: QEMUConfiguration, _ directory: LineDirectory
  ) async throws -> (VerificationReport, [String]) {
    var request = LaunchRequest(
      name: try MachineName("line"), configuration: configuration, binary: binary,
      state: StateDirectory(path: directory.state.path))
    request.timeout = .seconds(20)
    let machine = try await VirtualMachine.start(request)
    let pid = await machine.record.process.pid
    do {
      let report = try await machine.verify().report
      await machine.discard()
      return (report, faults(report, configuration) + leftovers(pid, directory))
    } catch {
      await machine.discard()
      throw error
    }
  }

  private func faults(_ report: VerificationReport, _ configuration: QEMUConfiguration) -> [String] {
    var faults: [String] = []
    if report.accelerator.live == nil, report.verdict == .confirmed {
      faults.append("confirmed while the accelerator is unknown")
    }
    let names = report.findings.map { "\($0.option).\($0.property) of \($0.instance)" }
    for (name, count) in Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +) where count > 1 {
      faults.append("\(count) findings of \(name)")
    }
    let missing = Set(configuration.occurrences.map(\.option)).subtracting(report.findings.map(\.option))
    faults += missing.subtracting(["", "accel", "enable-kvm", "machine"]).map { "no finding of -\($0)" }
    return faults
  }

  private func leftovers(_ pid: Int32?, _ directory: LineDirectory) -> [String] {
    var faults: [String] = []
    if let pid, kill(pid, 0) == 0 { faults.append("process \(pid) is left") }
    let left = (try? FileManager.default.contentsOfDirectory(atPath: directory.state.path)) ?? []
    return faults + left.filter { $0 == "line" }.map { "the directory \($0) is left" }
  }
}

extension LineJudge {
  /// Judges lines, so many at once.
  package func judge(
    _ numbers: Range<Int>, of generator: LineGenerator, seed: UInt64, width: Int = 3,
    _ each: @escaping @Sendable (JudgedLine) -> Void = { _ in }
  ) async throws -> [JudgedLine] {
    try await withThrowingTaskGroup(of: JudgedLine.self) { group in
      var rest = numbers[...]
      var lines: [JudgedLine] = []
      while let number = rest.popFirst() {
        if numbers.count - rest.count > width, let line = try await group.next() {
          each(line)
          lines.append(line)
        }
        group.addTask { try await judge(number, generator.line(number, seed: seed)) }
      }
      for try await line in group {
        each(line)
        lines.append(line)
      }
      return lines.sorted { $0.number < $1.number }
    }
  }
}
