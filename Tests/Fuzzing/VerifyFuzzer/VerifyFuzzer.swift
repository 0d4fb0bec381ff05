import ArgumentParser
import Foundation
import QEMU
import VerifyComparison

/// Starts generated command lines frozen, verifies them, and prints the drifts; see Docs/Fuzzing.md.
@main
struct VerifyFuzzer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Verifies generated command lines, and prints the drifts.",
    discussion: "Exit status 1: a drift that QEMU does not show to be real, or another fault.")

  @Option(help: "The number of lines for each binary.")
  var lines = 300

  @Option(help: "The seed of the lines.")
  var seed: UInt64 = 1

  @Option(help: "The number of one line, which alone is judged and printed with its findings.")
  var line: Int?

  @Option(help: "The file with the parts of lines.")
  var parts = "Tests/Fuzzing/VerifyParts.txt"

  @Option(help: "A directory in which the capabilities of binaries are kept.")
  var kept = ".build/fuzz-verify"

  @Flag(help: "Print the lines that are refused or not read as well.")
  var verbose = false

  @Argument(help: "The binaries; by default those of .qemu/matrix for x86_64 and aarch64.")
  var binaries: [String] = []

  func run() async throws {
    try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
    var isClean = true
    for path in binaries.isEmpty ? Self.matrix() : binaries {
      let binary = try QEMUBinary(finding: path)
      let capabilities = try await binary.capabilities(cachedIn: StateDirectory(path: kept))
      let generator = try LineGenerator(capabilities, parts: parts)
      let numbers = line.map { $0..<$0 + 1 } ?? 0..<lines
      let judged = try await LineJudge(binary).judge(numbers, of: generator, seed: seed)
      let tally = Tally(judged, known: KnownDrift.real)
      print("QEMU \(capabilities.version) \(capabilities.architecture): \(tally.summary)")
      for row in tally.rows(binary: path, seed: seed, verbose: verbose) { print(row) }
      if line != nil { judged.forEach(show) }
      isClean = isClean && tally.isClean
    }
    if !isClean { throw ExitCode.failure }
  }

  /// The QEMUs that `make qemu-matrix` brought.
  private static func matrix() -> [String] {
    let text = (try? String(contentsOfFile: ".qemu/matrix", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      return words.count == 3 && ["x86_64", "aarch64"].contains(words[1]) ? words[2] : nil
    }
  }

  private func show(_ line: JudgedLine) {
    print(line.commandLine)
    guard case .judged(let report) = line.outcome else { return print(line.outcome) }
    for finding in report.findings {
      print(
        finding.verdict.rawValue, finding.title, finding.requested, "->", finding.observed ?? "-",
        finding.reason ?? "", finding.evidence.map { "\($0.source): \($0.observed)" })
    }
  }
}
