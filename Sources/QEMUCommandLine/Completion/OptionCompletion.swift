/// The completion of a QEMU command line in a shell.
///
/// The candidates come from the table of options and the QAPI schema, and from what is known of the binary.
public struct OptionCompletion: Sendable {
  private let capabilities: BinaryCapabilities?

  /// Creates a completion.
  /// - Parameter capabilities: the capabilities of the binary; nil if they are not known.
  public init(_ capabilities: BinaryCapabilities?) { self.capabilities = capabilities }

  /// Returns the candidates for the last word.
  /// - Parameter words: the command line without the binary; the last word is to be completed, and may be empty.
  /// - Returns: whole words that begin with the last one, sorted; empty if any text is possible, such as a path.
  public func candidates(_ words: [String]) -> [String] {
    guard let last = words.last else { return [] }
    let all = pendingOption(words.dropLast()).map { values(of: $0, last) } ?? options
    return Set(all.filter { $0.hasPrefix(last) }).sorted()
  }

  /// Returns the option whose argument comes next; nil if an option comes next.
  private func pendingOption(_ words: ArraySlice<String>) -> OptionDeclaration? {
    words.reduce(nil as OptionDeclaration?) { pending, word in
      guard pending == nil, word.hasPrefix("-") else { return nil }
      let declaration = OptionTable.declaration(String(word.drop { $0 == "-" }))
      return declaration?.takesArgument == true ? declaration : nil
    }
  }

  private var options: [String] {
    (capabilities?.options.sorted() ?? OptionTable.names).map { "-\($0)" }
  }

  /// Returns the candidates for an argument: values of the implied key, names of properties, or values of a property.
  private func values(of option: OptionDeclaration, _ text: String) -> [String] {
    guard let argument = option.argument else { return [] }
    let written = WrittenArgument(text, impliedKey: argument.completedKey)
    let properties = properties(of: option.name, argument, written)
    if let key = written.key {
      return (properties[key] ?? []).map { "\(written.head)\(key)=\($0)" }
    }
    let implied = argument.completedKey
    let first = implied.map { properties[$0] ?? [] } ?? words(of: option, argument)
    let names = properties.keys.filter { written.given[$0] == nil && $0 != implied }.map { "\($0)=" }
    return ((written.isFirst ? first : []) + names).map { written.head + $0 }
  }

  /// Returns the words of an argument without properties.
  private func words(of option: OptionDeclaration, _ argument: any OptionArgument.Type) -> [String] {
    capabilities?.backends[option.name].map(Array.init) ?? argument.completedWords
  }

  /// Returns the properties of an argument, each with its words; what the binary reports takes precedence.
  private func properties(
    of option: String, _ argument: any OptionArgument.Type, _ written: WrittenArgument
  ) -> [String: [String]] {
    var properties = argument.completedProperties(given: { written.given[$0] })
    guard let capabilities else { return properties }
    if let names = capabilities.names(of: option), let key = argument.completedKey { properties[key] = names }
    let type = argument.completedKey.flatMap { written.given[$0] }
    for (name, type) in capabilities.properties(of: option, type) where properties[name] == nil {
      properties[name] = PropertyType.words(of: type)
    }
    return properties
  }
}

/// The part of an argument that is already written.
private struct WrittenArgument {
  /// The text up to the last comma, inclusive.
  let head: String
  /// The key of the property whose value is to be completed; nil if it has no equals sign.
  let key: String?
  /// The properties before the last comma.
  let given: [String: String]

  var isFirst: Bool { head.isEmpty }

  init(_ text: String, impliedKey: String?) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let tail = parts.last ?? ""
    head = String(text.dropLast(tail.count))
    key = tail.firstIndex(of: "=").map { String(tail[..<$0]) }
    let pairs = parts.dropLast().enumerated().compactMap { place, part -> (String, String)? in
      if let equals = part.firstIndex(of: "=") {
        return (String(part[..<equals]), String(part[part.index(after: equals)...]))
      }
      return place == 0 ? impliedKey.map { ($0, part) } : (part, "on")
    }
    given = Dictionary(pairs) { $1 }
  }
}

extension BinaryCapabilities {
  /// Returns the values of the implied key of an option that the binary has; nil if it does not report them.
  fileprivate func names(of option: String) -> [String]? {
    switch option {
    case "accel": Array(accelerators.keys)
    case "machine": machines.flatMap { [$0.key, $0.value.alias].compactMap(\.self) }
    case "cpu": Array(models.keys)
    case "device":
      devices.filter(\.value.isUserCreatable).flatMap { [$0.key, $0.value.alias].compactMap(\.self) }
    case "object": implementers["user-creatable"].map(Array.init)
    case "audiodev", "chardev", "display", "netdev": backends[option].map(Array.init)
    default: nil
    }
  }

  /// Returns the properties of an option that depend on the type in its argument.
  fileprivate func properties(of option: String, _ type: String?) -> Properties {
    switch option {
    case "accel": type.flatMap { accelerators[$0] } ?? [:]
    case "machine": (type.map { machine($0) } ?? machines.values.first(where: \.isDefault))?.properties ?? [:]
    case "cpu": type.flatMap { features(of: $0) } ?? [:]
    case "device":
      type.flatMap { device($0)?.properties }.map { properties in
        // Links and children are no properties of the option.
        properties.filter { !$0.value.hasPrefix("child<") }.merging(["id": "str", "bus": "str"]) { $1 }
      } ?? [:]
    default: [:]
    }
  }
}
