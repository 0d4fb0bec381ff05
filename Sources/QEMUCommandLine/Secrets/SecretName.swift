/// The names of properties whose values are secrets.
enum SecretName {
  /// Members of QAPI types that are secrets, by the option that takes such a type.
  ///
  /// `SecretProperties` has `data`; `BlockdevOptionsCurlHttp` and `BlockdevOptionsCurlHttps` have `cookie`. What ends in
  /// `-secret` is the id of an object.
  static let members: [String: Set<String>] = [
    "object": ["data"], "blockdev": ["cookie"], "drive": ["cookie"],
  ]

  /// What a name ends in that is a secret wherever it stands, also as a property that is not declared.
  private static let endings = ["password", "passwd", "passphrase"]

  /// Returns whether a property's value is a secret.
  /// - Parameters:
  ///   - name: the property, a dotted path where it lies deeper.
  ///   - option: the option without its dash; empty where it is not known.
  static func isSecret(_ name: String, of option: String) -> Bool {
    let leaf = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    if option == "global" { return isSecret(leaf, of: name.hasPrefix("secret") ? "object" : "device") }
    if option.isEmpty
      ? members.values.contains(where: { $0.contains(leaf) }) : members[option]?.contains(leaf) == true
    {
      return true
    }
    if let declared = declaration(name, of: option) { return declared.isSecret }
    return endings.contains { leaf.hasSuffix($0) }
  }

  /// Returns whether a property's value is a secret, also where a switch of that name was given a word that is none.
  static func isSecret(_ name: String, of option: String, value: String) -> Bool {
    if isSecret(name, of: option) { return true }
    let leaf = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    return endings.contains { leaf.hasSuffix($0) } && !value.isEmpty && Bool(propertyText: value) == nil
  }

  private static func declaration(_ name: String, of option: String) -> (any PropertyDeclaration)? {
    (OptionTable.declaration(option)?.argument as? any PropertyListArgument.Type)?.declarations[name]
  }
}
