/// A builder of Swift source, line by line.
struct SwiftSource {
  private(set) var text = ""
  private var depth = 0

  /// Adds a line with the current indentation; an empty line gets none.
  mutating func line(_ line: String = "") {
    if !line.isEmpty { text += String(repeating: "  ", count: depth) + line }
    text += "\n"
  }

  /// Adds `head {`, the lines that `body` adds one level deeper, and `}`.
  mutating func block(_ head: String, _ body: (inout SwiftSource) throws -> Void) rethrows {
    line("\(head) {")
    depth += 1
    try body(&self)
    depth -= 1
    line("}")
  }

  /// Adds a block of one line.
  mutating func block(_ head: String, containing body: String) {
    line("\(head) { \(body) }")
  }
}
