extension StringProtocol where SubSequence == Substring {
  /// The lines that are not empty.
  ///
  /// Cut by bytes: what QEMU and the kernel print is long, and walking it by characters is most of a verification's cost.
  var lines: [Substring] {
    utf8.split(separator: UInt8(ascii: "\n")).map { self[$0.startIndex..<$0.endIndex] }
  }
}
