import Foundation
import QEMUCommandLine
import Testing

/// The parts of generated command lines name every option.
@Suite struct VerifyPartsTests {
  /// The options of which no frozen start can be compared, each with the reason.
  private static let left = [
    "h": "QEMU prints its help and ends", "help": "QEMU prints its help and ends",
  ]

  @Test func everyOptionHasAPartOrAReason() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
      path: "VerifyParts.txt")
    let text = try String(contentsOf: file, encoding: .utf8)
    let named = Set(text.matches(of: #/(?:^|[\s{|])-([a-zA-Z][-_\w]*)/#.anchorsMatchLineEndings()).map { String($0.1) })
    let missing = OptionTable.all.filter { option in
      Self.left[option.name] == nil && !named.contains(option.name) && named.isDisjoint(with: option.aliases)
    }
    #expect(missing.map(\.name) == [])
    #expect(Self.left.keys.filter(named.contains) == [])
  }
}
