import Foundation
import QAPI
package import QEMUCommandLine
import QEMUJSON
import RandomValues

/// Generates command lines that a binary mostly starts; a line depends on the seed and its number alone.
package struct LineGenerator: Sendable {
  private let parts: [PartTemplate]
  private let own: CapabilityParts
  private let capabilities: BinaryCapabilities

  /// Creates a generator.
  /// - Parameters:
  ///   - capabilities: what the binary has.
  ///   - file: the parts, as `VerifyParts.txt` describes them.
  package init(_ capabilities: BinaryCapabilities, parts file: String) throws {
    let major = Int(capabilities.version.prefix { $0 != "." }) ?? 0
    let text = try String(contentsOfFile: file, encoding: .utf8)
    parts = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(PartTemplate.init).filter {
      $0.applies(to: capabilities.architecture, major)
    }
    own = CapabilityParts(capabilities)
    self.capabilities = capabilities
  }

  /// Returns the words of a line, in which `DIR/` stands for a directory of its own.
  package func line(_ number: Int, seed: UInt64) -> [String] {
    var random = SplitMix64(seed: seed &* 1_000_003 &+ UInt64(number))
    _ = random.next()
    var spelling = Spelling(random: random)
    let machine = machine(&spelling)
    let hasPCI = ["q35", "pc", "virt"].contains { machine.hasPrefix($0) }
    let usable = hasPCI ? parts : parts.filter { !$0.needsPCI && (machine != "none" || !$0.needsMachine) }
    var groups = [["-nodefaults"], spelling.chance(8) ? [] : ["-display", "none"]]
    if machine != "none", let cpu = own.cpu(&spelling), spelling.chance(5) { groups.append(["-cpu", cpu]) }
    for place in 1...(1 + spelling.random.upTo(4)) {
      if hasPCI, spelling.chance(3) {
        groups.append(own.device(number: place + 10, &spelling))
      } else {
        groups.append(
          usable.randomElement(using: &spelling.random)?.words(number: place + 10, &spelling) ?? [])
      }
    }
    let properties = machine == "none" ? "" : own.machineProperties(of: machine, &spelling)
    groups.append([
      spelling.one(of: ["-machine", "-M"]), spelling.one(of: ["", "", "type="]) + machine + properties,
    ])
    return Self.spelled(groups.shuffled(using: &spelling.random).flatMap(\.self), &spelling)
  }

  private func machine(_ spelling: inout Spelling) -> String {
    let isX86 = capabilities.architecture == "x86_64"
    let usual = isX86 ? ["q35", "pc"] : ["virt"]
    switch spelling.random.upTo(9) {
    case 0 where spelling.chance(3): return "none"
    case 1: return isX86 ? spelling.one(of: ["microvm", "isapc"]) : "virt"
    case 2:
      return capabilities.machines.filter { name, machine in
        !machine.isDeprecated && usual.contains { name.hasPrefix("\($0)-") || name.hasPrefix("pc-\($0)-") }
      }.keys.sorted().randomElement(using: &spelling.random) ?? usual[0]
    default: return spelling.one(of: usual)
    }
  }

  /// The options in other spellings: two dashes, and JSON where the option takes it.
  private static func spelled(_ words: [String], _ spelling: inout Spelling) -> [String] {
    var result = words
    for place in result.indices.dropLast() where spelling.chance(4) {
      if let json = json(result[place], result[place + 1]) { result[place + 1] = json }
    }
    for place in result.indices where result[place].hasPrefix("-") && spelling.chance(12) {
      if place > 0, result[place - 1].hasPrefix("-"), result[place].count < 3 { continue }
      if OptionTable.declaration(String(result[place].dropFirst())) != nil {
        result[place] = "-" + result[place]
      }
    }
    return result
  }

  private static func json(_ option: String, _ text: String) -> String? {
    if text.hasPrefix("{") { return nil }
    return switch option {
    case "-object": json(ObjectOption.self, text)
    case "-blockdev": json(BlockdevOption.self, text)
    case "-netdev": json(NetdevOption.self, text)
    case "-audiodev": json(AudiodevOption.self, text)
    default: nil
    }
  }

  private static func json<Schema: QAPIOptionSchema>(_ schema: Schema.Type, _ text: String) -> String? {
    try? QAPIArgument<Schema>(text: text, unknownNames: .refused).value().json.serialized()
  }
}
