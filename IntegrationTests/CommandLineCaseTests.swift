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
      isAccepted: about["accepted"]?.boolValue ?? false, said: about["error"]?.stringValue ?? "",
      observed: about["observed"]?.arrayValue ?? [], qemu: qemu)
  }
}
