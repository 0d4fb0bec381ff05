/// Draws values, and one of the spellings that QEMU takes for each.
package struct Spellings {
  private var random: SplitMix64

  /// Creates a sequence that a seed determines.
  /// - Parameter seed: the same seed gives the same draws.
  package init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Draws a number from a range.
  package mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  /// Draws `true` once in so many times.
  package mutating func chance(_ oneIn: Int) -> Bool { number(1...oneIn) == 1 }

  /// Draws an element; nil where there is none.
  package mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.randomElement(using: &random)
  }

  /// Draws a word.
  package mutating func word(_ words: String...) -> String { pick(words) ?? "" }

  /// Draws an order.
  package mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    elements.shuffled(using: &random)
  }

  /// Draws a Boolean value, spelled.
  package mutating func bool() -> String {
    chance(2) ? word("on", "yes", "true", "y") : word("off", "no", "false", "n")
  }

  /// Spells a number: decimal, hexadecimal in either case, or octal.
  package mutating func integer(_ value: Int) -> String {
    switch number(1...6) {
    case 1: "0x" + String(value, radix: 16)
    case 2: "0X" + String(value, radix: 16, uppercase: true)
    case 3: "0" + String(value, radix: 8)
    default: String(value)
    }
  }

  /// Spells a number of bytes that is a multiple of 1024: with a suffix in either case, with a fraction, or bare.
  package mutating func size(_ bytes: Int) -> String {
    let units = [("k", 10), ("M", 20), ("G", 30)].filter {
      bytes % (1 << ($0.1 - 1)) == 0 && bytes >= 1 << ($0.1 - 1)
    }
    guard let (suffix, shift) = pick(units), !chance(6) else {
      return chance(2) ? "\(bytes)" : "\(bytes)\(word("b", "B"))"
    }
    let isWhole = bytes % (1 << shift) == 0
    let digits = isWhole ? "\(bytes >> shift)" + (chance(5) ? ".0" : "") : "\(bytes >> shift).5"
    return digits + (chance(2) ? suffix.lowercased() : suffix.uppercased())
  }

  /// Draws a MAC address of a unicast, spelled in either case with colons or dashes.
  package mutating func mac() -> String {
    let octets = [0x52, 0x54, 0] + (0..<3).map { _ in number(0...255) }
    let isUpper = chance(2)
    return octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: isUpper) }
      .joined(separator: word(":", "-"))
  }

  /// Draws a UUID, spelled in either case.
  package mutating func uuid() -> String {
    let digits = (0..<32).map { _ in String(number(0...15), radix: 16) }.joined()
    var text = ""
    for (index, digit) in digits.enumerated() {
      text += ([8, 12, 16, 20].contains(index) ? "-" : "") + String(digit)
    }
    return chance(2) ? text : text.uppercased()
  }

  /// Spells an absolute path: as it is, or with what a file system skips.
  package mutating func path(_ path: String) -> String {
    guard chance(3), let slash = path.lastIndex(of: "/") else { return path }
    return path[..<slash] + word("//", "/./") + path[path.index(after: slash)...]
  }
}
