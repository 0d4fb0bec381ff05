extension BinaryCheck {
  /// Checks for a form of the argument that QEMU has removed.
  func formIsStillThere(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let text = try? occurrence.argument?.text(),
      let error = RemovedForm.error(in: text, of: occurrence.option)
    else { return [] }
    return [CheckFinding(error)]
  }

  /// Checks the words of enumerations. QEMU does not list most of them; this library has those of QEMU 7.2 to 11.1.
  func valuesExist(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let argument = occurrence.argument, !argument.unknownWords.isEmpty, !capabilities.isAtLeast(11, 2),
      let text = try? argument.text(), formIsStillThere(occurrence).isEmpty
    else { return [] }
    do throws(CommandLineError) {
      _ = try type(of: argument).init(text: text, unknownNames: .refused)
      return []
    } catch {
      // Other rules check unknown properties.
      return error.code == .malformedValue ? [CheckFinding(error)] : []
    }
  }
}
