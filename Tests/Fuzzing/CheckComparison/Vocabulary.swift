import QAPI
package import QEMUCommandLine

/// The names that mutations put in place of others: those of several binaries, so that each lacks some of them.
package struct Vocabulary: Sendable {
  let options: [String]
  /// The names of one kind; a value of a list is replaced by another of it.
  let kinds: [[String]]
  /// The properties of devices, by driver.
  let devices: [String: BinaryCapabilities.Properties]
  /// The drivers that `-device` takes.
  let drivers: [String]
  /// The names of properties, by option.
  let properties: [String: [String]]

  /// Gathers the names of binaries; the first is the one under test.
  package init(_ binaries: [BinaryCapabilities]) {
    let models = Self.sorted(binaries.flatMap(\.models.keys))
    let machines = Self.sorted(binaries.flatMap { $0.machines.keys + $0.machines.values.compactMap(\.alias) })
    let creatable = binaries.flatMap {
      $0.devices.filter { $0.value.isUserCreatable && $0.value.bus != nil }.keys
    }
    let words = Self.enumerations.map { name -> [String] in
      guard case .enumeration(let values)? = QAPISchema.type(named: name)?.kind else { return [] }
      return values.map(\.name)
    }
    options = Self.sorted(OptionTable.all.map(\.name))
    kinds =
      [models, machines, Self.sorted(creatable), Self.sorted(binaries.flatMap(\.accelerators.keys))] + words
    drivers = Self.sorted(
      Array(
        binaries.first?.devices.filter { $0.value.isUserCreatable && $0.value.bus != nil }.keys ?? [:].keys))
    devices = (binaries.first?.devices ?? [:]).compactMapValues(\.properties)
    properties = Dictionary(
      binaries.flatMap { binary in binary.parameters.map { ($0.key, Array($0.value.keys)) } },
      uniquingKeysWith: +
    ).mapValues { Self.sorted($0) }
  }

  private static let enumerations = [
    "ChardevBackendKind", "AudiodevDriver", "DisplayType", "BlockdevDriver", "ObjectType", "NetClientDriver",
    "TpmType", "OnOffAuto", "BlockdevAioOptions", "FsdevDriver",
  ]

  private static func sorted(_ names: [String]) -> [String] { Array(Set(names)).sorted() }

  /// Another name of a kind that has this one.
  func sibling(of name: String, using random: inout some RandomNumberGenerator) -> String? {
    kinds.filter { $0.contains(name) }.randomElement(using: &random)?.randomElement(using: &random)
  }
}
