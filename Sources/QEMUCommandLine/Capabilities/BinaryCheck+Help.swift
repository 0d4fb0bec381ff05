extension BinaryCheck {
  /// Options that answer where the request for help is their whole argument.
  private static let answerAlone: Set<String> = [
    "L", "accel", "audiodev", "chardev", "cpu", "display", "netdev", "nic", "plugin", "tpmdev", "trace",
    "vga",
  ]
  /// Options that answer where the request stands behind properties, too.
  private static let answerAnywhere: Set<String> = ["audio", "boot", "device", "machine", "object", "smp"]

  /// Whether QEMU prints help and ends before most of the line is looked at.
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
