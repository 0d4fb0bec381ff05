import Foundation
import Testing

/// The page on adding an option shows what is in the sources.
@Suite struct OptionPageTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func lines(of path: String) throws -> [Substring] {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  @Test func whatIsAddedThereIsWhatTheSourcesHold() throws {
    var source: [Substring] = []
    var added = 0
    for line in try Self.lines(of: "Docs/Adding-an-option.md") {
      if line.hasPrefix("+++ b/") {
        source = try Self.lines(of: String(line.dropFirst("+++ b/".count)))
      } else if line.hasPrefix("+") {
        added += 1
        #expect(source.contains(line.dropFirst()), "\(line)")
      }
    }
    #expect(added > 15)
  }
}
