/// The middle of some values, and the range that holds the middle of all possible ones 19 times in 20.
package struct Median: CustomStringConvertible {
  package let value: Double
  package let low: Double
  package let high: Double

  /// - Parameter values: at least one.
  package init(_ values: [Double]) {
    let sorted = values.sorted()
    let count = sorted.count
    value = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    // Ranks of a binomial distribution with p = 1/2.
    let reach = 0.98 * Double(count).squareRoot()
    low = sorted[max(0, Int(Double(count - 1) / 2 - reach))]
    high = sorted[min(count - 1, Int((Double(count - 1) / 2 + reach).rounded(.up)))]
  }

  package var description: String { "\(fixed(value, 3)) [\(fixed(low, 3))…\(fixed(high, 3))]" }
}

/// A number with so many decimals.
package func fixed(_ value: Double, _ decimals: Int) -> String {
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let units = Int((value * scale).rounded())
  if decimals == 0 { return String(units) }
  let digits = String(abs(units) % Int(scale))
  let fraction = String(repeating: "0", count: decimals - digits.count) + digits
  return "\(units < 0 ? "-" : "")\(abs(units) / Int(scale)).\(fraction)"
}

/// A text filled up with blanks.
package func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// A measurement that cannot be made.
package struct BenchmarkError: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
