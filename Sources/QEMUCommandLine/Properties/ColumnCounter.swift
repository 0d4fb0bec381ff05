/// Turns places in UTF-8 bytes into characters, in one pass over the text as the places only grow.
struct ColumnCounter {
  private var offset = 0
  private var column = 1

  /// Which character, from 1, begins at a place that lies behind all those asked for before.
  mutating func column(of place: Int, in bytes: [UInt8]) -> Int {
    while offset < place {
      // A byte 10xxxxxx continues a character.
      if bytes[offset] & 0xC0 != 0x80 { column += 1 }
      offset += 1
    }
    return column
  }
}
