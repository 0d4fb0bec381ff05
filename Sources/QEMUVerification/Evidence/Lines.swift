extension StringProtocol where SubSequence == Substring {
  /// The lines that are not empty. HMP ends its own with a carriage return, too.
  ///
  /// Cut by bytes: what QEMU and the kernel print is long, and walking it by characters is most of a verification's cost.
  var lines: [Substring] {
    utf8.split(separator: UInt8(ascii: "\n")).compactMap { place in
      let line = self[place.startIndex..<place.endIndex]
      // Elsewhere in it a name may hold one.
      let text = line.utf8.last == UInt8(ascii: "\r") ? Substring(line.utf8.dropLast()) : line
      return text.isEmpty ? nil : text
    }
  }

  /// What stands before the first place of some words, and behind it; nil where they are not in the text. By bytes, too.
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
