import Foundation
import QEMU
import Testing

/// Tricky command lines, each with what QEMU made of it when it was recorded.
@Suite struct CommandLineCaseTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let arguments: [String]
    let machine: String
    let isAccepted: Bool
    /// A Boolean value that indicates whether QEMU refuses the command line; otherwise it may print its help.
    let endsWithWords: Bool
    let said: String
    let observed: [JSON]
    let qemu: QEMUUnderTest

    var testDescription: String { "\(qemu.version): \(name)" }
  }

  static let cases: [Case] = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "CommandLineCases.json")
    guard let data = try? Data(contentsOf: path), let table = try? JSON.parse(Array(data)).arrayValue else {
      return []
    }
    return QEMUMatrix.x86.flatMap { qemu in table.compactMap { Case($0, qemu) } }
  }()

  @Test func theTableIsThere() { #expect(Self.cases.count >= 161) }

  @Test(arguments: cases)
  func whatIsWrittenMeansTheSameToQEMU(line: Case) async throws {
    let readBack = CommandLineReadBack(qemu: line.qemu, machine: line.machine)
    let original = try await readBack.outcome(of: line.arguments)
    #expect(original.isAccepted == line.isAccepted, "QEMU itself: \(original)")
    guard let configuration = try? QEMUConfiguration(arguments: line.arguments, unknownNames: .kept) else {
      #expect(!original.isAccepted, "QEMU takes what this library cannot read")
      return
    }
    let written = try configuration.arguments()
    #expect(try QEMUConfiguration(arguments: written, unknownNames: .kept).arguments() == written)
    if written == line.arguments { return }
    let again = try await readBack.outcome(of: written)
    switch (original, again) {
    case (.accepted, _): #expect(again.differences(from: original) == [], "\(written)")
    case (.rejected, .rejected): break
    case (.rejected, .accepted): Issue.record("QEMU takes \(written) in place of \(line.arguments)")
    }
  }
}

extension CommandLineCaseTests.Case {
  fileprivate init?(_ json: JSON, _ qemu: QEMUUnderTest) {
    // What was recorded on one version holds for those that it names.
    let key = qemu.version.hasPrefix("7.2") ? "7.2.22" : qemu.version.hasPrefix("11.1") ? "11.1.3" : ""
    guard let about = json["both"] ?? json[key], !key.isEmpty, let name = json["case"]?.stringValue,
      let words = json["argv"]?.arrayValue, let machine = json["machine"]?.stringValue
    else { return nil }
    self.init(
      name: name, arguments: words.compactMap(\.stringValue), machine: machine,
      isAccepted: about["accepted"]?.boolValue ?? false,
      endsWithWords: about["accepted"]?.boolValue == false, said: about["error"]?.stringValue ?? "",
      observed: about["observed"]?.arrayValue ?? [], qemu: qemu)
  }
}

/// Tests of the check against a binary, before QEMU is started.
@Suite struct BinaryCheckTests {
  /// The command lines that QEMU refuses for another reason than their syntax and names: only a start reports them.
  static let onlyAStartShows: Set<String> = [
    "-numa node,cpus=0 deprecated mem", "-m bytes bare number in peer Bytes(1073741824)",
    "-drive json: pseudo protocol (commas doubled)", "-blockdev null value only in JSON",
    "-numa cpus range & repeat key list", "peer -action two argv",
  ]

  @Test(arguments: CommandLineCaseTests.cases)
  func whatQEMUTakesIsNotRefusedAndWhatItRefusesIs(line: CommandLineCaseTests.Case) async throws {
    let capabilities = try await KnownCapabilities.of(line.qemu)
    let words = ["-machine", line.machine] + line.arguments
    let findings: [CheckFinding]
    do throws(CommandLineError) {
      findings = try QEMUConfiguration(arguments: words, unknownNames: .kept).findings(for: capabilities)
    } catch {
      findings = [CheckFinding(error)]
    }
    let refused = findings.filter { $0.weight == .refused }
    if line.isAccepted {
      #expect(refused == [], "QEMU takes it")
    } else if line.endsWithWords, !Self.onlyAStartShows.contains(line.name) {
      // The same reason names the same thing.
      let named = line.said.quotedWords
      let told = refused.map { "\($0.error.description) \($0.error.property ?? "") \($0.error.remedy)" }
      #expect(
        !refused.isEmpty && (named.isEmpty || told.contains { text in named.contains { text.contains($0) } }),
        "QEMU says: \(line.said); this says: \(told)")
    }
  }
}

extension String {
  /// The quoted names after the option that QEMU repeats first; the components of a dotted name, because the first may be
  /// QEMU's own.
  fileprivate var quotedWords: [String] {
    let words = firstRange(of: ": ").map { self[$0.upperBound...] } ?? self[...]
    return words.matches(of: #/(?:^|\s)['"]([^'"]+)['"]/#).flatMap {
      $0.1.split(separator: ".").map(String.init)
    }
  }
}

/// The capabilities of each QEMU under test, asked for once.
actor KnownCapabilities {
  private static let shared = KnownCapabilities()
  private var asked: [String: Task<BinaryCapabilities, any Error>] = [:]

  static func of(_ qemu: QEMUUnderTest) async throws -> BinaryCapabilities {
    try await shared.capabilities(qemu.path)
  }

  private func capabilities(_ path: String) async throws -> BinaryCapabilities {
    if let task = asked[path] { return try await task.value }
    let task = Task<BinaryCapabilities, any Error> { try await QEMUBinary(finding: path).capabilities() }
    asked[path] = task
    return try await task.value
  }
}
