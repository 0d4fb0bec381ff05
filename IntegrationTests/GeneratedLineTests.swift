import Foundation
import QEMU
import Testing
import VerifyComparison

/// Generated command lines, started frozen and compared with the running QEMU: nothing drifts that QEMU did as it was told.
@Suite struct GeneratedLineTests {
  private static let parts = QEMUMatrix.packageRoot.appending(path: "Tests/Fuzzing/VerifyParts.txt")
    .path(percentEncoded: false)
  private static let seed: UInt64 = 1

  @Test(arguments: QEMUMatrix.all)
  func nothingDriftsOfAGeneratedLine(qemu: QEMUUnderTest) async throws {
    let generator = try LineGenerator(try await KnownCapabilities.of(qemu), parts: Self.parts)
    let judged = try await LineJudge(try qemu.binary).judge(0..<200, of: generator, seed: Self.seed, width: 2)
    let tally = Tally(judged, known: KnownDrift.real)
    print("\(qemu): \(tally.summary)")
    let rows = tally.rows(binary: qemu.path, seed: Self.seed, verbose: false)
    #expect(tally.isClean, "\(rows.joined(separator: "\n"))")
    #expect(Double(tally.started) >= 0.8 * Double(tally.lines), "\(rows.joined(separator: "\n"))")
  }
}
