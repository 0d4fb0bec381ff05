extension JSONText {
  /// The value `null`.
  package static let null = JSONText(unchecked: Array("null".utf8)[...])

  /// Returns a Boolean value.
  package static func boolean(_ value: Bool) -> JSONText {
    JSONText(unchecked: Array((value ? "true" : "false").utf8)[...])
  }

  /// Returns an integer.
  package static func integer(_ value: some BinaryInteger) -> JSONText {
    JSONText(unchecked: Array(String(value).utf8)[...])
  }

  /// Returns a number with at most the given number of decimals, for example of seconds.
  ///
  /// - Parameters:
  ///   - value: The number in units of the last decimal, for example nanoseconds.
  ///   - decimals: The number of decimals, for example 9.
  package static func decimal(_ value: Int64, decimals: Int) -> JSONText {
    var digits = Array(String(value.magnitude).utf8)
    if digits.count <= decimals {
      digits = Array(repeating: UInt8(ascii: "0"), count: decimals + 1 - digits.count) + digits
    }
    if decimals > 0 { digits.insert(UInt8(ascii: "."), at: digits.count - decimals) }
    return JSONText(unchecked: (value < 0 ? [UInt8(ascii: "-")] + digits : digits)[...])
  }

  /// Returns a string.
  package static func string(_ value: String) -> JSONText { string(value.utf8) }

  /// Returns a string of UTF-8 bytes; invalid ones are replaced by U+FFFD.
  package static func string(_ bytes: some Sequence<UInt8>) -> JSONText {
    var result: [UInt8] = []
    JSONString.append(bytes, isASCII: false, to: &result)
    return JSONText(unchecked: result[...])
  }

  /// Returns an array.
  package static func array(_ elements: [JSONText]) -> JSONText {
    var result = [UInt8(ascii: "[")]
    for element in elements {
      if result.count > 1 { result.append(UInt8(ascii: ",")) }
      result += element.bytes
    }
    result.append(UInt8(ascii: "]"))
    return JSONText(unchecked: result[...])
  }

  /// Returns an object; members without a value are left out.
  package static func object(_ members: [(name: String, value: JSONText?)]) -> JSONText {
    var result = [UInt8(ascii: "{")]
    for case (let name, let value?) in members {
      if result.count > 1 { result.append(UInt8(ascii: ",")) }
      JSONString.append(name.utf8, isASCII: false, to: &result)
      result.append(UInt8(ascii: ":"))
      result += value.bytes
    }
    result.append(UInt8(ascii: "}"))
    return JSONText(unchecked: result[...])
  }
}
