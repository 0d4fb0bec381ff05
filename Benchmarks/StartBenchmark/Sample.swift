/// When each stage of one run was reached, in nanoseconds since its begin.
struct Sample {
  /// QEMU was executed.
  var spawned: Double
  /// QEMU's machine was built.
  var ready: Double
  /// All evidence was there; for the library also judged and written down.
  var verified: Double
  /// From the order to quit until QEMU was reaped.
  var end: Double
  /// The client's own CPU time from the begin until verified.
  var processorTime: Double

  /// The measured quantities, with the heading that each has in a table.
  static let quantities: [(heading: String, of: @Sendable (Sample) -> Double)] = [
    ("spawned", { $0.spawned }), ("ready", { $0.ready }), ("verified", { $0.verified }),
    ("quit to gone", { $0.end }), ("client CPU", { $0.processorTime }),
  ]
}

/// The middle of some values, and the range that holds the middle of all possible ones 19 times in 20.
struct Median: CustomStringConvertible {
  let value: Double
  let low: Double
  let high: Double

  /// - Parameter values: at least one.
  init(_ values: [Double]) {
    let sorted = values.sorted()
    let count = sorted.count
    value = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    // Ranks of a binomial distribution with p = 1/2.
    let reach = 0.98 * Double(count).squareRoot()
    low = sorted[max(0, Int(Double(count - 1) / 2 - reach))]
    high = sorted[min(count - 1, Int((Double(count - 1) / 2 + reach).rounded(.up)))]
  }

  var description: String { "\(fixed(value, 3)) [\(fixed(low, 3))…\(fixed(high, 3))]" }
}

/// A number with so many decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let units = Int((value * scale).rounded())
  let digits = String(abs(units) % Int(scale))
  let fraction = String(repeating: "0", count: decimals - digits.count) + digits
  return "\(units < 0 ? "-" : "")\(abs(units) / Int(scale)).\(fraction)"
}
