import ArgumentParser
import CheckComparison
import Foundation
import QEMUCommandLine
import QEMULifecycle
import QEMUObservation

/// Compares `qemuctl check` with frozen starts of real QEMUs; see Docs/Fuzzing.md.
@main
struct CheckFuzzer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares check with frozen starts of mutated command lines.",
    discussion: "Exit status 1: check refuses a line that QEMU takes.")

  @Option(help: "The number of lines for each binary.")
  var lines = 300

  @Option(help: "The seed of the lines.")
  var seed: UInt64 = 1

  @Option(help: "A file of valid command lines, one a line.")
  var bases = "Tests/Fuzzing/CheckLines.txt"

  @Option(help: "The directory that keeps what QEMU made of a line.")
  var kept = ".build/fuzz-check"

  @Option(
    parsing: .upToNextOption, help: "The binaries whose names are mixed in; by default those of .qemu/matrix."
  )
  var others: [String] = []

  @Flag(help: "Compare the valid lines themselves.")
  var unchanged = false

  @Flag(help: "Print each line that is judged differently, not one of each kind.")
  var verbose = false

  @Argument(help: "The binaries that are compared; by default those of .qemu/matrix for x86_64.")
  var binaries: [String] = []

  func run() async throws {
    let bases = try BaseLines(file: self.bases).lines
    let state = StateDirectory(path: kept)
    try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
    var others: [BinaryCapabilities] = []
    for path in self.others.isEmpty ? Self.matrix(nil) : self.others {
      others.append(try await QEMUBinary(finding: path).capabilities(cachedIn: state))
    }
    var wrongRefusals = 0
    for path in binaries.isEmpty ? Self.matrix("x86_64") : binaries {
      let binary = try QEMUBinary(finding: path)
      var comparison = CheckComparison(
        binary: binary, capabilities: try await binary.capabilities(cachedIn: state), others: others,
        bases: bases)
      let lines = unchanged ? comparison.validLines : comparison.lines(self.lines, seed: seed)
      await comparison.addBuses(of: lines)
      var outcomes = KeptOutcomes(directory: kept, comparison.capabilities)
      let compared = try await comparison.compare(lines, known: outcomes.byWords)
      try outcomes.add(compared)
      ComparisonReport(compared, capabilities: comparison.capabilities, verbose: verbose).print()
      wrongRefusals += compared.count { $0.agreement == .wrongRefusal }
    }
    if wrongRefusals > 0 { throw ExitCode.failure }
  }

  /// The QEMUs that `make qemu-matrix` brought, of one architecture or of all.
  private static func matrix(_ architecture: String?) -> [String] {
    let text = (try? String(contentsOfFile: ".qemu/matrix", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      return words.count == 3 && (architecture == nil || words[1] == architecture) ? words[2] : nil
    }
  }
}

/// The cached results of command lines with QEMU.
struct KeptOutcomes {
  private struct Row: Codable {
    let words: [String]
    let start: FrozenStart
  }

  private let file: URL
  private(set) var byWords: [[String]: FrozenStart] = [:]

  init(directory: String, _ capabilities: BinaryCapabilities) {
    file = URL(filePath: "\(directory)/outcomes-\(capabilities.version)-\(capabilities.architecture).json")
    guard let data = try? Data(contentsOf: self.file),
      let rows = try? JSONDecoder().decode([Row].self, from: data)
    else { return }
    byWords = Dictionary(rows.map { ($0.words, $0.start) }, uniquingKeysWith: { $1 })
  }

  mutating func add(_ lines: [ComparedLine]) throws {
    for line in lines { byWords[line.words] = line.start }
    try JSONEncoder().encode(byWords.map { Row(words: $0.key, start: $0.value) }).write(to: file)
  }
}

/// The counts, and the lines that are judged differently by kind.
struct ComparisonReport {
  let lines: [ComparedLine]
  let capabilities: BinaryCapabilities
  let verbose: Bool

  init(_ lines: [ComparedLine], capabilities: BinaryCapabilities, verbose: Bool) {
    self.lines = lines
    self.capabilities = capabilities
    self.verbose = verbose
  }

  func print() {
    Swift.print("QEMU \(capabilities.version) for \(capabilities.architecture): \(lines.count) lines")
    let counts = Dictionary(grouping: lines, by: \.agreement).mapValues(\.count)
    for agreement in ComparedLine.Agreement.allCases {
      Swift.print("  \(counts[agreement] ?? 0) \(agreement.rawValue)")
    }
    let foreseen = counts[.bothRefuse] ?? 0
    let refusals = foreseen + (counts[.missed] ?? 0)
    let share = refusals == 0 ? 100 : Double(foreseen) * 100 / Double(refusals)
    Swift.print("  foreseen: \(foreseen) of \(refusals) refusals, \(String(format: "%.1f", share)) %")
    for agreement in [ComparedLine.Agreement.wrongRefusal, .missed, .host, .crashed, .timedOut] {
      list(agreement)
    }
  }

  private func list(_ agreement: ComparedLine.Agreement) {
    let kinds = Dictionary(grouping: lines.filter { $0.agreement == agreement }) {
      Self.kind(agreement == .wrongRefusal ? $0.findings.first ?? "" : $0.message)
    }
    if kinds.isEmpty { return }
    Swift.print("\n\(agreement.rawValue):")
    for (kind, lines) in kinds.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
      Swift.print("  \(lines.count)  \(kind)")
      for line in lines.prefix(verbose ? .max : 1) {
        Swift.print("      [\(line.mutations.joined(separator: ", "))] \(line.words.joined(separator: " "))")
        if verbose { Swift.print("      \(line.message) | \(line.findings)") }
      }
    }
  }

  /// The message without what it quotes.
  private static func kind(_ message: String) -> String {
    message.replacing(#/"[^"]*"|'[^']*'/#, with: "…").replacing(#/\d+/#, with: "N")
  }
}
