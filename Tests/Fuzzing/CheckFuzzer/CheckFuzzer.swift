import ArgumentParser
import CheckComparison
import Foundation
import QEMUCommandLine
import QEMULifecycle

/// Compares `qemuctl check` with frozen starts of real QEMUs; see Docs/Fuzzing.md.
@main
struct CheckFuzzer: AsyncParsableCommand {
  @Option(help: "How many lines are generated for each binary.")
  var lines = 300

  @Option(help: "The seed of the lines.")
  var seed: UInt64 = 1

  @Option(help: "A file of valid command lines, one a line.")
  var bases = "Tests/Fuzzing/CheckLines.txt"

  @Option(help: "A directory in which outcomes are kept.")
  var kept = ".build/fuzz-check"

  @Option(parsing: .upToNextOption, help: "The binaries whose names are mixed in.")
  var others: [String] = []

  @Flag(help: "Compare the valid lines themselves, each by itself.")
  var unchanged = false

  @Flag(help: "Print each line that is judged differently.")
  var verbose = false

  @Argument(help: "The binaries that are compared.")
  var binaries: [String]

  func run() async throws {
    let bases = try BaseLines(file: self.bases).lines
    let state = StateDirectory(path: kept)
    try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
    let others = try await others.asyncMap { try await QEMUBinary(finding: $0).capabilities(keptIn: state) }
    for path in binaries {
      let binary = try QEMUBinary(finding: path)
      let comparison = CheckComparison(
        binary: binary.path, capabilities: try await binary.capabilities(keptIn: state), others: others,
        bases: bases)
      var outcomes = KeptOutcomes(
        file:
          "\(kept)/outcomes-\(comparison.capabilities.version)-\(comparison.capabilities.architecture).json")
      let lines = unchanged ? comparison.validLines : comparison.lines(lines, seed: seed)
      let compared = try await comparison.compare(lines, known: outcomes.byWords)
      try outcomes.add(compared)
      ComparisonReport(compared, capabilities: comparison.capabilities, verbose: verbose).print()
    }
  }
}

extension Array {
  func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await transform(element)) }
    return values
  }
}

/// What QEMU made of lines before.
struct KeptOutcomes {
  private struct Row: Codable {
    let words: [String]
    let start: FrozenStart
  }

  private let file: URL
  private(set) var byWords: [[String]: FrozenStart] = [:]

  init(file: String) {
    self.file = URL(filePath: file)
    guard let data = try? Data(contentsOf: self.file),
      let rows = try? JSONDecoder().decode([Row].self, from: data)
    else { return }
    byWords = Dictionary(rows.map { ($0.words, $0.start) }, uniquingKeysWith: { $1 })
  }

  mutating func add(_ lines: [ComparedLine]) throws {
    for line in lines where line.start != .timedOut { byWords[line.words] = line.start }
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
