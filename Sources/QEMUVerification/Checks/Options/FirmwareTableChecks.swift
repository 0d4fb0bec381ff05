import QEMUCommandLine

/// Checks one property of `-smbios` by the tables that QEMU has built for the firmware.
@Sendable func firmwareTableCheck(_ property: String, of requested: RequestedOption) -> Check {
  guard let type = requested["type"].flatMap({ UInt8($0) }) else {
    return unobservable("this library does not read tables from a file")
  }
  let variable = GlobalVariable("smbios_tables", .bytes(length: "smbios_tables_len"))
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    guard let text = try reader.global(variable) else { return .unobservable(reader.absence(of: variable)) }
    let tables = FirmwareTable.read(Hexadecimal.bytes(text) ?? []).filter { $0.type == type }
    let remedy = Remedy(.restart, "restart with -smbios type=\(type),\(property)=\(wanted)")
    if tables.isEmpty {
      return .compare(
        false, observed: "no table of type \(type)", [Evidence(variable, "no table of type \(type)")],
        else: remedy)
    }
    if property == "type" {
      let words = "\(tables.count) of type \(type)"
      return .compare(true, observed: wanted, [Evidence(variable, words)], else: remedy)
    }
    let isList = property == "value" || property.hasPrefix("value.")
    guard let field = isList ? .strings : fields[type]?[property] else {
      return .unobservable("this library does not know the field of \(property)")
    }
    let shown = tables.flatMap { $0.values(of: field) }
    let evidence = Evidence(variable, "\(property): \(shown.joined(separator: ", "))")
    // QEMU creates some tables per processor or module, and appends a number to the text.
    let own = shown.first { same($0, wanted, property) }
    return .compare(own != nil, observed: own ?? shown.first ?? "none", [evidence], else: remedy)
  }
}

private func same(_ shown: String, _ wanted: String, _ property: String) -> Bool {
  if property == "uuid" || property == "date" { return shown.lowercased() == wanted.lowercased() }
  if property.hasSuffix("_pfx") { return shown.hasPrefix(wanted) }
  if let flag = Bool(propertyText: wanted), property == "uefi" { return flag.propertyText == shown }
  return shown == wanted || UInt64(wanted).map(String.init) == shown
}

/// A field of a table, with its offset.
private enum Field {
  /// The number of a string.
  case string(Int)
  /// A number of two bytes.
  case word(Int)
  /// Two numbers, separated by a dot.
  case pair(Int)
  case uuid(Int)
  /// One bit of a byte.
  case bit(Int, UInt8)
  /// All the strings.
  case strings
  /// The number of a string, in the last byte of the table.
  case skuOfChassis
}

private let fields: [UInt8: [String: Field]] = [
  0: [
    "vendor": .string(4), "version": .string(5), "date": .string(8), "release": .pair(20),
    "uefi": .bit(19, 8),
  ],
  1: [
    "manufacturer": .string(4), "product": .string(5), "version": .string(6), "serial": .string(7),
    "uuid": .uuid(8),
    "sku": .string(25), "family": .string(26),
  ],
  2: [
    "manufacturer": .string(4), "product": .string(5), "version": .string(6), "serial": .string(7),
    "asset": .string(8), "location": .string(10),
  ],
  3: [
    "manufacturer": .string(4), "version": .string(6), "serial": .string(7), "asset": .string(8),
    "sku": .skuOfChassis,
  ],
  4: [
    "sock_pfx": .string(4), "manufacturer": .string(7), "version": .string(16), "max-speed": .word(20),
    "current-speed": .word(22), "serial": .string(32), "asset": .string(33), "part": .string(34),
  ],
  17: [
    "loc_pfx": .string(16), "bank": .string(17), "speed": .word(21), "manufacturer": .string(23),
    "serial": .string(24), "asset": .string(25), "part": .string(26),
  ],
]

/// One table: its bytes, including the header, and its strings.
private struct FirmwareTable {
  let bytes: ArraySlice<UInt8>
  let strings: [String]

  var type: UInt8 { bytes[bytes.startIndex] }

  /// Reads consecutive tables; a truncated one is ignored.
  static func read(_ bytes: [UInt8]) -> [FirmwareTable] {
    var (tables, place) = ([FirmwareTable](), 0)
    while place + 4 <= bytes.count {
      let end = place + Int(bytes[place + 1])
      guard end - place >= 4, end < bytes.count else { break }
      var (strings, rest) = ([String](), bytes[end...])
      while let stop = rest.firstIndex(of: 0), stop > rest.startIndex {
        strings.append(String(decoding: rest[..<stop], as: UTF8.self))
        rest = rest[(stop + 1)...]
      }
      tables.append(FirmwareTable(bytes: bytes[place..<end], strings: strings))
      // Two zeros terminate a table without strings; an additional zero terminates the list of strings.
      place = rest.startIndex + (strings.isEmpty ? 2 : 1)
    }
    return tables
  }

  func values(of field: Field) -> [String] {
    switch field {
    case .strings: strings
    case .string(let place): byte(place).flatMap(string).map { [$0] } ?? []
    case .skuOfChassis: byte(bytes.count - 1).flatMap(string).map { [$0] } ?? []
    case .word(let place): pair(place).map { [String(Int($0.1) << 8 | Int($0.0))] } ?? []
    case .pair(let place): pair(place).map { ["\($0.0).\($0.1)"] } ?? []
    case .bit(let place, let mask): byte(place).map { [($0 & mask != 0).propertyText] } ?? []
    case .uuid(let place): uuid(place).map { [$0] } ?? []
    }
  }

  private func byte(_ place: Int) -> UInt8? {
    place >= 0 && place < bytes.count ? bytes[bytes.startIndex + place] : nil
  }

  private func pair(_ place: Int) -> (UInt8, UInt8)? {
    byte(place).flatMap { low in byte(place + 1).map { (low, $0) } }
  }

  private func string(_ number: UInt8) -> String? {
    strings.indices.contains(Int(number) - 1) ? strings[Int(number) - 1] : nil
  }

  /// Reads a UUID, whose first three groups are little-endian.
  private func uuid(_ place: Int) -> String? {
    let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    let parts = order.compactMap { byte(place + $0) }
    guard parts.count == order.count else { return nil }
    let digits = Hexadecimal.text(parts)
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { range in
      String(
        digits[
          digits.index(
            digits.startIndex, offsetBy: range.lowerBound)..<digits.index(
              digits.startIndex, offsetBy: range.upperBound)])
    }.joined(separator: "-")
  }
}
