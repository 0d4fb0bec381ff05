import QEMUCommandLine

/// The check of `-echr`: a number in any notation.
let escapeCharacterCheck: Check = { (wanted, subject, reader) throws(EvidenceMissing) in
  let number = Int64(propertyText: wanted).map { String($0) }
  return try storedCheck(
    StoredValue(symbol: "term_escape_char", sizes: [4]) { String(littleEndian($0[...])) }, meaning: number)(
      wanted, subject, &reader)
}
