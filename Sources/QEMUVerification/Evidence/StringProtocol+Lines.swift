extension StringProtocol where SubSequence == Substring {
  /// The lines that are not empty, without the carriage returns of HMP.
  ///
  /// The text is split by bytes: it is long, and iterating over characters would be most of the cost of a verification.
  var lines: [Substring] {
    utf8.split(separator: UInt8(ascii: "\n")).compactMap { place in
      let line = self[place.startIndex..<place.endIndex]
      // A name may contain a carriage return elsewhere in the line.
      let text = line.utf8.last == UInt8(ascii: "\r") ? Substring(line.utf8.dropLast()) : line
      return text.isEmpty ? nil : text
    }
  }

  /// Returns the text before and after the first occurrence of a separator; nil if there is none. It compares bytes.
  func cut(at words: StaticString) -> (before: Substring, after: Substring)? {
    let count = words.utf8CodeUnitCount
    var start = utf8.startIndex
    while let end = utf8.index(start, offsetBy: count, limitedBy: utf8.endIndex) {
      if utf8[start..<end].elementsEqual(UnsafeBufferPointer(start: words.utf8Start, count: count)) {
        return (self[startIndex..<start], self[end..<endIndex])
      }
      utf8.formIndex(after: &start)
    }
    return nil
  }
}
