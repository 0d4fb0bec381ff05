extension BinaryCheck {
  /// A form of the argument that no QEMU takes any more.
  func formIsStillThere(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let text = try? occurrence.argument?.text(),
      let error = RemovedForm.error(in: text, of: occurrence.option)
    else { return [] }
    return [CheckFinding(error)]
  }

  /// The words of an enumeration. QEMU lists those of most options nowhere; this library lists those of QEMU 7.2 to 11.1.
  func wordsExist(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let argument = occurrence.argument, !argument.unknownWords.isEmpty, !capabilities.isAtLeast(11, 2),
      let text = try? argument.text(), formIsStillThere(occurrence).isEmpty
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
