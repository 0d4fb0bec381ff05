/// The names of properties whose values are secrets.
enum SecretName {
  /// The members of QAPI types that are secrets, by the option that takes such a type.
  ///
  /// `SecretProperties` has `data`; `BlockdevOptionsCurlHttp` and `BlockdevOptionsCurlHttps` have `cookie`. The value
  /// of a member that ends in `-secret` is the id of an object.
  static let members: [String: Set<String>] = [
    "object": ["data"], "blockdev": ["cookie"], "drive": ["cookie"],
  ]

  /// The suffixes of names whose values are secrets in every option, even if the property is not declared.
  private static let endings = ["password", "passwd", "passphrase"]

  /// Returns whether a property's value is a secret.
  /// - Parameters:
  ///   - name: the property, a dotted path if it is nested.
  ///   - option: the option without its dash; empty if it is not known.
  static func isSecret(_ name: String, of option: String) -> Bool {
    let leaf = leaf(of: name)
    guard isSuspect(leaf) else { return false }
    if option == "global" { return isSecret(leaf, of: name.hasPrefix("secret") ? "object" : "device") }
    if option.isEmpty
      ? members.values.contains(where: { $0.contains(leaf) }) : members[option]?.contains(leaf) == true
    {
      return true
    }
    if let declared = declaration(name, of: option) { return declared.isSecret }
    return hasEnding(leaf)
  }

  /// Returns whether a property of some option with this name is a secret.
  ///
  /// The declarations of an option take a millisecond to prepare, and most names are none of these.
  static func isSuspect(_ leaf: String) -> Bool {
    hasEnding(leaf) || members.values.contains { $0.contains(leaf) }
  }

  /// Returns whether a property's value is a secret. The value of a switch such as `password` is a secret only if it is
  /// not a Boolean.
  static func isSecret(_ name: String, of option: String, value: String) -> Bool {
    if isSecret(name, of: option) { return true }
    return hasEnding(leaf(of: name)) && !value.isEmpty && Bool(propertyText: value) == nil
  }

  private static func leaf(of name: String) -> String {
    let dot = name.utf8.lastIndex(of: UInt8(ascii: "."))
    return name[(dot.map(name.utf8.index(after:)) ?? name.startIndex)...].lowercased()
  }

  private static func hasEnding(_ leaf: String) -> Bool { endings.contains { leaf.hasSuffix($0) } }

  private static func declaration(_ name: String, of option: String) -> (any PropertyDeclaration)? {
    (OptionTable.declaration(option)?.argument as? any PropertyListArgument.Type)?.declarations[name]
  }
}
