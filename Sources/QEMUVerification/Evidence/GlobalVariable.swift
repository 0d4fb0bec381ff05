/// A named value in the memory of the running QEMU: a global variable that its binary exports, or an ACPI table of its
/// guest.
///
/// It is evidence for properties that no query shows. A binary that was built without modules exports no variables.
public struct GlobalVariable: Sendable, Hashable {
  /// The form of the value.
  public enum Form: Sendable, Hashable {
    /// The bytes of the variable, whose size is that of the symbol.
    case value
    /// The text that the variable points to, up to 4096 bytes.
    case text
    /// The bytes that the variable points to; another variable has their number.
    case bytes(length: String)
    /// An ACPI table that QEMU has built; the symbol is its signature.
    case acpiTable
    /// The bytes of a variable that is not exported, which the function of this name reads first.
    case getter
    /// A list that the function of this name walks; a line for each element: its name, a space, its flags as a number.
    case list
    /// The bytes of the field that the property of this name reads, in the object that a variable points to.
    case property(of: String)
    /// The text that such a field points to; empty for a null pointer.
    case textProperty(of: String)
  }

  /// The name in C, the table's signature, or the property's name.
  public let symbol: String
  /// The form of the value.
  public let form: Form

  /// Creates a variable.
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

/// The text form of bytes in an observation: hexadecimal digits.
public enum Hexadecimal {
  /// Returns the digits of bytes, two for each.
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// Returns the bytes of a text; nil if it is not hexadecimal.
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
