import Foundation

/// Valid command lines, which mutations start from.
package struct BaseLines: Sendable {
  /// The words of each.
  package let lines: [[String]]

  /// Reads a file: a line each, its words between spaces, quotes as a shell has them; `#` begins a comment.
  package init(file: String) throws {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { Self.words(String($0)) }
  }

  private static func words(_ line: String) -> [String] {
    line.matches(of: #/(?:'[^']*'|[^'\s])+/#).map { $0.output.filter { $0 != "'" } }
  }
}
