/// A named value in the memory of the running QEMU: a global variable that its binary exports, or a table for its guest.
///
/// It shows what no query does. A binary built without modules exports no variables.
public struct GlobalVariable: Sendable, Hashable {
  /// The form of the value.
  public enum Form: Sendable, Hashable {
    /// Its own bytes, as many as the binary says it has.
    case value
    /// The text it points to, up to 4096 bytes.
    case text
    /// The bytes it points to, as many as another variable says.
    case bytes(length: String)
    /// An ACPI table that QEMU made, of which the name is the signature.
    case acpiTable
    /// The bytes that a function of this name begins by reading: a variable that it alone exports.
    case getter
    /// A list that a function of this name begins by walking; a line for each element: its name, a space, its flags as a number.
    case list
    /// The field that a property of this name reads, in the object that a variable points to; as many bytes as it has.
    case property(of: String)
    /// The text that such a field points to; empty where it points to nothing.
    case textProperty(of: String)
  }

  /// Its name in C, the table's signature, or the property's name.
  public let symbol: String
  /// The form of the value.
  public let form: Form

  /// Names one.
  public init(_ symbol: String, _ form: Form = .value) {
    self.symbol = symbol
    self.form = form
  }
}

extension GlobalVariable {
  var json: String {
    switch form {
    case .value: "value"
    case .text: "text"
    case .bytes(let length): "bytes \(length)"
    case .acpiTable: "acpi-table"
    case .getter: "getter"
    case .list: "list"
    case .property(let object): "property \(object)"
    case .textProperty(let object): "text-property \(object)"
    }
  }

  init?(symbol: String, json: String) {
    let words = json.split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("value", 1): self.init(symbol)
    case ("text", 1): self.init(symbol, .text)
    case ("acpi-table", 1): self.init(symbol, .acpiTable)
    case ("getter", 1): self.init(symbol, .getter)
    case ("list", 1): self.init(symbol, .list)
    case ("property", 2): self.init(symbol, .property(of: words[1]))
    case ("text-property", 2): self.init(symbol, .textProperty(of: words[1]))
    case ("bytes", 2): self.init(symbol, .bytes(length: words[1]))
    default: return nil
    }
  }
}

/// A text of hexadecimal digits, as an observation keeps bytes.
public enum Hexadecimal {
  /// Two digits for each byte.
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes; nil where it is no such text.
  static func bytes(_ text: String) -> [UInt8]? {
    let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[place], let low = digits[place + 1] else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }
}
