import CheckComparison
import Foundation
import QEMU
import Testing

/// `check` beside real starts: changed command lines, as `make fuzz-check` makes thousands of.
@Suite struct CheckComparisonTests {
  private static let lines = 100

  @Test(arguments: QEMUMatrix.x86)
  func checkRefusesNothingThatQEMUTakes(qemu: QEMUUnderTest) async throws {
    let file = QEMUMatrix.packageRoot.appending(path: "Tests/Fuzzing/CheckLines.txt").path
    var others: [BinaryCapabilities] = []
    for other in QEMUMatrix.all { others.append(try await KnownCapabilities.of(other)) }
    var comparison = CheckComparison(
      binary: try qemu.binary, capabilities: try await KnownCapabilities.of(qemu), others: others,
      bases: try BaseLines(file: file).lines)
    let lines = comparison.lines(Self.lines, seed: 7)
    await comparison.addBuses(of: lines)
    let compared = try await comparison.compare(lines)
    for line in compared where line.agreement == .wrongRefusal {
      Issue.record("QEMU takes \(line.words); check says \(line.findings)")
    }
    let foreseen = compared.count { $0.agreement == .bothRefuse }
    let missed = compared.filter { $0.agreement == .missed }
    #expect(foreseen > 9 * missed.count, "not foreseen: \(missed.map { "\($0.message): \($0.words)" })")
  }
}
