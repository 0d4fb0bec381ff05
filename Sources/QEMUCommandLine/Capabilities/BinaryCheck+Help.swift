extension BinaryCheck {
  /// The options that print help if the request is their whole argument.
  private static let answerAlone: Set<String> = [
    "L", "accel", "audiodev", "chardev", "cpu", "display", "netdev", "nic", "plugin", "tpmdev", "trace",
    "vga",
  ]
  /// The options that also print help if the request follows properties.
  private static let answerAnywhere: Set<String> = ["audio", "boot", "device", "machine", "object", "smp"]

  /// A Boolean value that indicates whether QEMU prints help and exits before it checks most of the command line.
  var asksForHelp: Bool {
    configuration.occurrences.contains { occurrence in
      ["help", "version"].contains(occurrence.option)
        || ((try? occurrence.argument?.text()).map { Self.asksForHelp($0, occurrence.option) } ?? false)
    }
  }

  private static func asksForHelp(_ text: String, _ option: String) -> Bool {
    if text == "?", option == "vga" { return false }
    if isHelpWord(text) { return answerAlone.contains(option) || answerAnywhere.contains(option) }
    return answerAnywhere.contains(option) && (text.hasSuffix(",help") || text.hasSuffix(",?"))
      && text.utf8.first != UInt8(ascii: "{")
  }
}
