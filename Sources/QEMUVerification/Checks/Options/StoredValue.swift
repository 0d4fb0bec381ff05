import QEMUCommandLine

// Values that no query shows, but that QEMU stores in a global variable which its binary exports.

/// The value of a variable, as a text of the command line.
struct StoredValue: Sendable {
  let symbol: String
  var form = GlobalVariable.Form.value
  /// The valid sizes of the variable, in bytes.
  let sizes: Set<Int>
  let word: @Sendable (_ bytes: [UInt8]) -> String?

  /// Returns the value of a variable that stores an enumeration as a number.
  static func words(
    _ symbol: String, _ words: [String], _ form: GlobalVariable.Form = .value
  ) -> StoredValue {
    StoredValue(symbol: symbol, form: form, sizes: [4]) { bytes in
      let number = littleEndian(bytes[...])
      return number < words.count ? words[Int(number)] : nil
    }
  }

  /// Returns the value of a variable that is on or off.
  static func flag(_ symbol: String, _ form: GlobalVariable.Form = .value) -> StoredValue {
    StoredValue(symbol: symbol, form: form, sizes: [1, 4]) { bytes in
      switch littleEndian(bytes[...]) {
      case 0: "off"
      case 1: "on"
      default: nil
      }
    }
  }
}

/// Returns the little-endian number of up to eight bytes.
func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

/// Returns the check of the value of a variable.
/// - Parameter meant: the expected value, if it is not the text of the request.
func storedCheck(_ stored: StoredValue, meaning meant: String? = nil) -> Check {
  let variable = GlobalVariable(stored.symbol, stored.form)
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    guard let text = try reader.global(variable) else { return .unobservable(reader.absence(of: variable)) }
    guard let bytes = Hexadecimal.bytes(text), stored.sizes.contains(bytes.count),
      let word = stored.word(bytes)
    else {
      return .unobservable("\(stored.symbol) has an unknown form", [Evidence(variable, text)])
    }
    let isSame =
      (meant ?? wanted) == word || (meant == nil && Bool(propertyText: wanted)?.propertyText == word)
    return .compare(
      isSame, observed: word, [Evidence(variable, "\(text), which is \(word)")],
      else: Remedy(.restart, "restart with the value \(wanted)"))
  }
}
