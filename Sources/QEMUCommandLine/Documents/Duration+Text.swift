extension Duration {
  /// Reads a time: a number with the unit `ms`, `s`, `m` or `h`; without a unit it is in seconds.
  /// - Returns: nil if the text is not one, or if it is more than 10⁹ units.
  package init?(timeText text: String) {
    let number = text.prefix { $0.isNumber || $0 == "." }
    guard let value = Double(number), value.isFinite, value <= 1e9 else { return nil }
    switch text.dropFirst(number.count) {
    case "ms": self = .milliseconds(value)
    case "", "s": self = .seconds(value)
    case "m": self = .seconds(value * 60)
    case "h": self = .seconds(value * 3600)
    default: return nil
    }
  }
}
