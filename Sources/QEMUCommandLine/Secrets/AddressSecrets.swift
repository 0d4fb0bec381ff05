/// The passwords and tokens in the URLs of a text: `https://USER:PASSWORD@HOST/…?token=…`.
struct AddressSecrets {
  /// The longest URL that is searched, in bytes: it limits the time for a text with many beginnings of URLs.
  private static let longest = 4096

  private let bytes: [UInt8]
  private(set) var found: [FoundSecret] = []
  /// The ranges of the secrets, in order.
  private var places: [Range<Int>] = []

  init(_ text: String) { bytes = Array(text.utf8) }

  /// Returns the text with its secrets redacted.
  mutating func struck() -> String {
    for start in bytes.indices where isSchemeEnd(start) { findSecrets(ofAddressAt: start) }
    if places.isEmpty { return String(decoding: bytes, as: UTF8.self) }
    var (result, position): ([UInt8], Int) = ([], 0)
    for place in places where place.lowerBound >= position {
      result += bytes[position..<place.lowerBound] + Redaction.marker.utf8
      position = place.upperBound
    }
    return String(decoding: result + bytes[position...], as: UTF8.self)
  }

  private func isSchemeEnd(_ index: Int) -> Bool {
    index > 0 && isWordByte(bytes[index - 1]) && bytes[index...].starts(with: "://".utf8)
  }

  /// Adds the secrets of a URL.
  /// - Parameter start: the index of its `://`.
  private mutating func findSecrets(ofAddressAt start: Int) {
    let scheme = scheme(before: start)
    let text = address(after: start + 3, isWhole: scheme.startIndex == 0)
    noteParameters(in: user(in: text) ?? text.prefix { !"/?#".utf8.contains($0) })
    if let password = password(in: text, separator: Self.separator(of: scheme)) { note(":", password) }
    if let question = text.firstIndex(where: "?#".utf8.contains) {
      noteParameters(in: text[(question + 1)...])
    }
  }

  /// Returns the URL up to a character that is not allowed in a URL; if the text begins with the URL, its password may
  /// have any character.
  private func address(after start: Int, isWhole: Bool) -> ArraySlice<UInt8> {
    let rest = bytes[start...].prefix(Self.longest)
    let text = rest.prefix { $0 > 0x20 && !"\"'<>".utf8.contains($0) }
    guard isWhole, text.endIndex < rest.endIndex else { return text }
    let hasMore = rest.lastIndex(of: UInt8(ascii: "@")).map { $0 >= text.endIndex }
    // Without an @, it may be a URL that is truncated in its password.
    return hasMore ?? (password(in: text, separator: UInt8(ascii: ":")) != nil) ? rest : text
  }

  private mutating func noteParameters(in text: ArraySlice<UInt8>) {
    for parameter in text.split(whereSeparator: { "&;?#".utf8.contains($0) }) {
      guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = String(decoding: parameter[..<equals], as: UTF8.self)
      if Self.isSecret(name.lowercased()) { note(name, parameter[(equals + 1)...]) }
    }
  }

  /// Returns the user information before the `@` of the host.
  private func user(in text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let authority = text.prefix { !"/?#".utf8.contains($0) }
    return authority.lastIndex(of: UInt8(ascii: "@")).map { authority[..<$0] }
  }

  private func scheme(before end: Int) -> ArraySlice<UInt8> {
    bytes[..<end].suffix(while: { isWordByte($0) || "+-.".utf8.contains($0) })
  }

  /// Returns the character between user and password: an iSCSI URL has `USER%PASSWORD@`.
  private static func separator(of scheme: ArraySlice<UInt8>) -> UInt8 {
    let name = String(decoding: scheme, as: UTF8.self).lowercased()
    return ["iscsi", "iser"].contains(name) ? UInt8(ascii: "%") : UInt8(ascii: ":")
  }

  /// Returns the password of a URL.
  ///
  /// Also returns a password in an invalid URL: one with an unencoded slash, or one truncated before the `@`.
  private func password(in text: ArraySlice<UInt8>, separator: UInt8) -> ArraySlice<UInt8>? {
    if let user = user(in: text) { return user.firstIndex(of: separator).map { user[($0 + 1)...] } }
    let authority = text.prefix { !"/?#".utf8.contains($0) }
    guard authority.first != UInt8(ascii: "["), separator == UInt8(ascii: ":"),
      let colon = authority.firstIndex(of: separator),
      authority[(colon + 1)...].contains(where: { !(0x30...0x39 ~= $0) })
    else { return nil }
    return text[(colon + 1)..<(text.lastIndex(of: UInt8(ascii: "@")) ?? authority.endIndex)]
  }

  private static func isSecret(_ name: String) -> Bool {
    ["password", "passwd", "token", "secret", "signature"].contains(where: name.hasSuffix) || name == "sig"
  }

  private mutating func note(_ name: String, _ value: ArraySlice<UInt8>) {
    if value.isEmpty { return }
    places.append(value.indices.lowerBound..<value.indices.upperBound)
    found.append(FoundSecret(name: name, value: String(decoding: value, as: UTF8.self), isOfAddress: true))
  }
}

extension ArraySlice {
  fileprivate func suffix(while predicate: (Element) -> Bool) -> ArraySlice<Element> {
    self[(lastIndex { !predicate($0) }.map { $0 + 1 } ?? startIndex)...]
  }
}
