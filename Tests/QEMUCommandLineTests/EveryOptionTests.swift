import QEMUCommandLine
import RandomValues
import Testing

/// Random values of every option: what is written is read back as what it was. Seeded, so that a failure can be repeated.
@Suite struct EveryOptionTests {
  private static let draws = 300

  @Test(arguments: OptionTable.all.map(\.name))
  func whatIsWrittenIsReadBack(name: String) throws {
    let option = try #require(OptionTable.declaration(name))
    var values = OptionValues(seed: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    var written = 0
    for _ in 0..<Self.draws {
      guard let occurrence = try values.occurrence(of: option) else { continue }
      written += 1
      let words = try occurrence.words()
      let read = try QEMUConfiguration(arguments: words)
      #expect(read.occurrences == [occurrence], "\(words)")
      #expect(try read.arguments() == words)
      if read.occurrences != [occurrence] { return }
    }
    #expect(written > Self.draws / 10, "hardly any value can be written")
  }

  /// Whatever stands in a value, it stays one argument of one option.
  @Test func noValueBecomesAnotherOption() throws {
    var values = OptionValues(seed: 5)
    var random = SplitMix64(seed: 6)
    for _ in 0..<200 {
      var configuration = QEMUConfiguration()
      for option in OptionTable.all.shuffled(using: &random).prefix(8) {
        if let occurrence = try values.occurrence(of: option) { configuration.occurrences.append(occurrence) }
      }
      let words = try configuration.arguments()
      #expect(try QEMUConfiguration(arguments: words) == configuration, "\(words)")
      let document = try ConfigurationDocument(configuration)
      let again = try QEMUConfiguration(ConfigurationDocument(yaml: document.yaml()))
      // A document says a switch in one way, on or off.
      #expect(try ConfigurationDocument(again) == document)
    }
  }
}
