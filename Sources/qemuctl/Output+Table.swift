extension Output {
  /// Prints a table. Each column is as wide as its widest cell; the last one is not padded.
  /// - Parameters:
  ///   - rows: the rows of cells.
  ///   - verdictColumn: the column whose cells have the colour of their verdict.
  ///   - isCut: whether the widest cells are cut so that the table fits a terminal.
  static func table(_ rows: [[String]], verdictColumn: Int? = nil, isCut: Bool = false) {
    let rows = rows.map { row in row.map { struck($0).visibleOnOneLine } }
    let count = rows.map(\.count).max() ?? 0
    var widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    if isCut, let columns = Terminal.columns { fit(&widths, into: columns) }
    for row in rows {
      var line = ""
      for column in row.indices {
        let cell = cut(row[column], to: widths[column])
        line += column == verdictColumn ? VerdictColor.paint(cell) : cell
        line += String(repeating: " ", count: widths[column] - cell.count + 2)
      }
      while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
      bytes(Array((line + "\n").utf8))
    }
  }

  /// Prints a line with a verdict in its colour.
  static func line(_ before: String, verdict: String, _ after: String) {
    let verdict = VerdictColor.paint(struck(verdict).visible)
    bytes(Array("\(struck(before).visible)\(verdict)\(struck(after).visible)\n".utf8))
  }

  /// Returns a text of at most a number of characters; a cut one ends with an ellipsis.
  static func cut(_ text: String, to width: Int) -> String {
    text.count > width ? text.prefix(max(0, width - 1)) + "…" : text
  }

  /// Narrows the widest columns, the rightmost first, until the table fits; none becomes narrower than a short word.
  private static func fit(_ widths: inout [Int], into columns: Int) {
    let shortest = 8
    while true {
      let excess = widths.reduce(0, +) + 2 * (widths.count - 1) - columns
      guard excess > 0, let widest = widths.max(), widest > shortest,
        let column = widths.lastIndex(of: widest)
      else { return }
      let next = widths.filter { $0 < widest }.max() ?? 0
      widths[column] = max(widest - excess, min(next, widest - 1), shortest)
    }
  }
}
