extension BinaryCheck {
  /// The words of an enumeration. QEMU lists those of most options nowhere; this library lists those of QEMU 7.2 to 11.1.
  func wordsExist(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let argument = occurrence.argument, !argument.unknownWords.isEmpty, !capabilities.isAtLeast(11, 2),
      let text = try? argument.text()
    else { return [] }
    do throws(CommandLineError) {
      _ = try type(of: argument).init(text: text, unknownNames: .refused)
      return []
    } catch {
      // Properties that are not known are other rules' matter.
      return error.code == .malformedValue ? [CheckFinding(error)] : []
    }
  }
}
