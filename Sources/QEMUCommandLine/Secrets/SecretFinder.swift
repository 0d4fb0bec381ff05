import QEMUJSON

/// A search for the secrets in the arguments of a command line, which returns the arguments with the secrets redacted.
///
/// It is less strict than ``QEMUConfiguration``: errors quote invalid command lines, which may hold secrets.
struct SecretFinder {
  private(set) var found: [FoundSecret] = []

  /// Returns arguments with their secrets redacted.
  mutating func words(_ words: [String]) -> [String] {
    var result: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      guard let name = Self.optionName(word), let declaration = OptionTable.declaration(name) else {
        result.append(strayWord(word))
        continue
      }
      result.append(word)
      guard declaration.takesArgument, let text = rest.popFirst() else { continue }
      result.append(argument(text, of: declaration.name))
    }
    return result
  }

  /// Adds the secrets of a text that may be a shell command, an argument vector, YAML or JSON, and may be malformed.
  mutating func text(_ text: String) {
    let quotes: Set<Character> = ["\"", "'", "\\", "\0"]
    _ = words(text.split { $0.isWhitespace || quotes.contains($0) }.map(String.init))
    // A quoted word may have spaces.
    _ = words(text.split { $0.isNewline || quotes.contains($0) }.map(String.init))
    _ = json(text, of: "")
    // JSON in a shell command is in single quotes.
    _ = json(replacing("'", with: " ", in: text), of: "")
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.drop { " -{".contains($0) } }
      if parts.count == 2, SecretName.isSecret(String(parts[0]), of: "") {
        _ = note(String(parts[0]), String(parts[1]))
      }
    }
  }

  private static func optionName(_ word: String) -> String? {
    guard word.utf8.first == UInt8(ascii: "-") else { return nil }
    return String(word.dropFirst(word.hasPrefix("--") ? 2 : 1))
  }

  /// Returns a word that is neither an option nor an option's argument, such as `-object=secret,…`, with its secrets
  /// redacted.
  private mutating func strayWord(_ word: String) -> String {
    if let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")),
      let name = Self.optionName(String(word[..<equals])),
      let declaration = OptionTable.declaration(name)
    {
      let text = String(word[word.utf8.index(after: equals)...])
      return "\(word[..<equals])=\(argument(text, of: declaration.name))"
    }
    // An argument without an option is an image.
    return word.hasPrefix("json:") ? value(word) : argument(word, of: "")
  }

  /// Returns an option's argument with its secrets redacted.
  mutating func argument(_ text: String, of option: String) -> String {
    if text.utf8.first == UInt8(ascii: "{") { return json(text, of: option) }
    if option.isEmpty { return properties(text, of: option) }
    switch OptionTable.declaration(option)?.argument {
    case is GlobalProperty.Type: return global(text)
    case is SetProperty.Type: return setting(text)
    case is PlainText.Type: return value(text)
    default: return properties(text, of: option)
    }
  }

  private mutating func note(_ name: String, _ value: String) -> String {
    if value.isEmpty || value == Redaction.marker { return value }
    found.append(FoundSecret(name: name, value: value))
    return Redaction.marker
  }

  // MARK: - Properties

  private mutating func properties(_ text: String, of option: String) -> String {
    Self.assignments(text).map { assignment in
      let plain = assignment.replacing(",,", with: ",")
      let struck = property(plain, of: option)
      return struck == plain ? assignment : replacing(",", with: ",,", in: struck)
    }.joined(separator: ",")
  }

  /// Returns the parts between commas that are not doubled.
  private static func assignments(_ text: String) -> [String] {
    var result: [String] = []
    var current: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte != UInt8(ascii: ",") {
        current.append(byte)
      } else if rest.first == byte {
        current += [byte, byte]
        rest = rest.dropFirst()
      } else {
        result.append(String(decoding: current, as: UTF8.self))
        current = []
      }
    }
    return result + [String(decoding: current, as: UTF8.self)]
  }

  private mutating func property(_ text: String, of option: String) -> String {
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")),
      text.utf8[..<equals].allSatisfy({ isWordByte($0) || "-_. ".utf8.contains($0) })
    else {
      // A part of JSON whose commas are not doubled.
      return text.utf8.contains(UInt8(ascii: "\"")) ? json(text, of: "") : value(text)
    }
    let (written, text) = (String(text[..<equals]), String(text[text.utf8.index(after: equals)...]))
    let name = replacing(" ", with: "", in: written)
    let isSecret = SecretName.isSecret(name, of: option, value: text)
    return "\(written)=\(isSecret ? note(Self.leaf(name), text) : value(text))"
  }

  private static func leaf(_ name: String) -> String {
    name.split(separator: ".").last.map(String.init) ?? name
  }

  private mutating func global(_ text: String) -> String {
    guard var global = try? GlobalProperty(text: text) else { return properties(text, of: "") }
    let isSecret = SecretName.isSecret("\(global.driver).\(global.property)", of: "global")
    let struck = isSecret ? note(global.property, global.value) : value(global.value)
    if struck == global.value { return text }
    global.value = struck
    return (try? global.text()) ?? Redaction.marker
  }

  private mutating func setting(_ text: String) -> String {
    guard var setting = try? SetProperty(text: text) else { return properties(text, of: "") }
    let isSecret = SecretName.isSecret(setting.property, of: setting.group)
    let struck = isSecret ? note(setting.property, setting.value) : value(setting.value)
    if struck == setting.value { return text }
    setting.value = struck
    return (try? setting.text()) ?? Redaction.marker
  }

  // MARK: - Values

  /// Returns a value that is not a secret itself with the secrets in it redacted.
  mutating func value(_ text: String) -> String {
    if text.hasPrefix("json:") { return "json:" + json(String(text.dropFirst(5)), of: "blockdev") }
    if text.hasPrefix("rbd:") || text.firstRange(of: ":rbd:") != nil { return imageOfRBD(text) }
    var addresses = AddressSecrets(text)
    let struck = addresses.struck()
    found += addresses.found
    return struck
  }

  /// Returns `rbd:POOL/IMAGE:key=…:id=…` with the key redacted.
  private mutating func imageOfRBD(_ text: String) -> String {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    // A colon after a backslash does not end a part.
    let whole = parts.reduce(into: [String]()) { whole, part in
      if let last = whole.last, last.hasSuffix("\\") {
        whole[whole.count - 1] = "\(last):\(part)"
      } else {
        whole.append(part)
      }
    }
    return whole.map { $0.hasPrefix("key=") ? "key=" + note("key", String($0.dropFirst(4))) : $0 }
      .joined(separator: ":")
  }

  // MARK: - JSON

  /// Returns a JSON text, which may be malformed, with its secrets redacted.
  private mutating func json(_ text: String, of option: String) -> String {
    var scanner = JSONStrings(text)
    return scanner.rewritten { path, value in
      if let name = path.last, SecretName.isSecret(name, of: option, value: value) {
        return note(name, value)
      }
      // If a secret's value is an object or array, every value inside it is redacted.
      if !option.isEmpty, let name = path.first(where: { SecretName.isSecret($0, of: option) }) {
        return note(name, value)
      }
      return self.value(value)
    }
  }

  /// Adds the secrets of a value of a document.
  ///
  /// If a secret's value is an object or array, every value inside it is redacted.
  mutating func value(_ json: JSON, named name: String?, of option: String) {
    let isSecret = name.map { SecretName.isSecret($0, of: option, value: json.stringValue ?? "") } ?? false
    switch json {
    case .string(let text):
      _ = isSecret ? note(name ?? "", text) : name == nil ? argument(text, of: option) : value(text)
    case .array(let elements): for element in elements { value(element, named: name, of: option) }
    case .object(let object):
      for member in object { value(member.value, named: isSecret ? name : member.name, of: option) }
    case .bool, .null: break
    default: if isSecret, let text = try? json.serialized() { _ = note(name ?? "", text) }
    }
  }
}
