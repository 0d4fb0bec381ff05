import RandomValues

/// A part of a command line with alternatives, as `VerifyParts.txt` describes them.
struct PartTemplate: Sendable {
  private let conditions: [Substring]
  private let words: [Substring]

  /// A Boolean value that indicates whether the part needs a PCI bus.
  let needsPCI: Bool
  /// A Boolean value that indicates whether the part needs a machine with CPUs and memory.
  let needsMachine: Bool

  init(_ line: Substring) {
    let halves = line.firstRange(of: ": ").map { (line[..<$0.lowerBound], line[$0.upperBound...]) }
    let isConditional = halves.map {
      !$0.0.contains("-") || $0.0.first?.isNumber == true || $0.0.contains(" ")
    }
    let isHead = isConditional == true && line.first != "-" && line.first != "D"
    conditions = isHead ? halves?.0.split(separator: " ") ?? [] : []
    words = (isHead ? halves?.1 ?? line : line).split(separator: " ")
    needsMachine = ["-smp", "-m ", "-hd", "-fd", "-cdrom", "if=", "img"].contains { line.contains($0) }
    needsPCI = ["-device ", "if=virtio", "-nic", "-vga", "-virtfs", "-net nic"].contains { line.contains($0) }
  }

  /// Returns whether a QEMU of an architecture and a major version takes the part.
  func applies(to architecture: String, _ major: Int) -> Bool {
    conditions.allSatisfy { condition in
      switch condition {
      case "x86": architecture == "x86_64"
      case "arm": architecture == "aarch64"
      default:
        condition.last == "+"
          ? major >= Int(condition.dropLast()) ?? 0 : major <= Int(condition.dropLast()) ?? .max
      }
    }
  }

  /// Returns the words of one draw.
  func words(number: Int, _ spelling: inout Spelling) -> [String] {
    words.map { word in
      var rest = word.replacing("#", with: "\(number)")[...]
      return Self.expand(&rest, until: [], &spelling)
    }
  }

  private static func expand(
    _ rest: inout Substring, until ends: Set<Character>, _ spelling: inout Spelling
  ) -> String {
    var result = ""
    while let next = rest.first, !ends.contains(next) {
      rest.removeFirst()
      switch next {
      case "{": result += alternative(&rest, &spelling)
      case "[": result += option(&rest, &spelling)
      case "<": result += value(&rest, &spelling)
      default: result.append(next)
      }
    }
    return result
  }

  private static func alternative(_ rest: inout Substring, _ spelling: inout Spelling) -> String {
    var choices: [String] = []
    repeat {
      choices.append(expand(&rest, until: ["|", "}"], &spelling))
    } while rest.popFirst() == "|"
    return choices.randomElement(using: &spelling.random) ?? ""
  }

  private static func option(_ rest: inout Substring, _ spelling: inout Spelling) -> String {
    let text = expand(&rest, until: ["]"], &spelling)
    rest = rest.dropFirst()
    return Bool.random(using: &spelling.random) ? text : ""
  }

  private static func value(_ rest: inout Substring, _ spelling: inout Spelling) -> String {
    let text = rest.prefix { $0 != ">" }
    rest = rest.dropFirst(text.count + 1)
    let halves = text.split(separator: ":", maxSplits: 1)
    return spelling.value(halves.first ?? "", halves.count > 1 ? String(halves[1]) : "")
  }
}
