import QEMUCommandLine
import Testing

/// Tests of the positions of errors, and of the merged views of command lines that contradict themselves.
@Suite struct PlaceTests {
  /// A line, the option's word from 1, its occurrence, and the character of its argument.
  static let faults: [([String], Int?, Int?, Int?)] = [
    (["-accel", "tcg,nope=1"], 1, 1, 5), (["-S", "-accel", "tcg", "-accel", "tcg,nope=1"], 4, 2, 5),
    (["-name", "é😀,x=1"], 1, 1, 4), (["-machine", "type=é,x"], 1, 1, 8), (["-m", "1G,slots=x"], 1, 1, 4),
    (["-smp", "2,cores=2,thread=1"], 1, 1, 11), (["-S", "-bogus"], 2, nil, nil), (["-S", "-m"], 2, 1, nil),
    (["disk.img", "-S", "a\0b"], 3, nil, nil), (["-machine", "a.1=x,b=y"], 1, 1, 1),
    (["-machine", "a=x,b=y,a.b=z"], 1, 1, 9), (["-M", "q35", "-machine", "-x=1"], 3, 2, 1),
  ]

  @Test(arguments: faults)
  func aFaultNamesItsWordItsOccurrenceAndItsCharacter(
    arguments: [String], word: Int?, occurrence: Int?, column: Int?
  ) {
    let error = #expect(throws: CommandLineError.self) { try QEMUConfiguration(arguments: arguments) }
    #expect(error?.position.word == word)
    #expect(error?.position.occurrence == occurrence)
    #expect(error?.position.column == column)
  }

  static let suggestions: [(String, String?)] = [
    ("-acel", "accel"), ("-machin", "machine"), ("-enable-kvmm", "enable-kvm"), ("-", nil), ("-x", nil),
    ("-qqqqqqqqqqqqqqqqq", nil),
  ]

  @Test(arguments: suggestions)
  func aNameIsSuggestedOnlyWhereItIsNear(word: String, name: String?) {
    let error = #expect(throws: CommandLineError.self) { try QEMUConfiguration(arguments: [word]) }
    #expect(error?.remedy.contains("did you mean") == (name != nil), "\(error?.remedy ?? "")")
    #expect(error?.remedy.contains(name ?? "") == true)
  }

  @Test func aFileWithCarriageReturnsIsReadLikeOneWithout() throws {
    let text = "A=b qemu \\\r\n  -name 'x' \\\r\n  -S\r\n"
    let configuration = try QEMUConfiguration(shellText: text)
    #expect(try configuration.arguments() == ["-name", "x", "-S"])
    #expect(configuration.binary == "qemu")
  }

  @Test func anAliasFindsItsOption() throws {
    let configuration = try QEMUConfiguration(arguments: ["-M", "q35"])
    #expect(configuration.has("M") && configuration.has("machine") && !configuration.has("m"))
  }

  @Test func aBinaryThatIsNamedAfterKVMTriesKVMFirst() throws {
    let named = try QEMUConfiguration(shellText: "/usr/libexec/qemu-kvm -S").acceleratorPreference()
    #expect(named.entries.map(\.name) == ["kvm", "tcg"])
    #expect(named.isDefault)
    let plain = try QEMUConfiguration(shellText: "qemu-system-x86_64 -S").acceleratorPreference()
    #expect(plain.entries.map(\.name) == ["tcg"])
  }

  /// A combining accent makes one visible character of a comma; to QEMU the comma is one all the same.
  @Test func separatorsAreBytesAndNotVisibleCharacters() throws {
    let configuration = try QEMUConfiguration(arguments: [
      "-cpu", "max,\u{301}a=on", "-M", "accel=x:\u{301}tcg", "-name", "a,process=\u{301}b",
    ])
    #expect(configuration.cpu?.model == "max")
    #expect(configuration.cpu?.features == [.assignment("\u{301}a", "on")])
    #expect(try configuration.acceleratorPreference().entries.map(\.name) == ["x", "\u{301}tcg"])
    #expect(configuration.name?.process == "\u{301}b")
    #expect(throws: CommandLineError.self) { try QEMUConfiguration(arguments: ["-\u{301}S"]) }
  }

  static let garbage: [String] = [
    String(repeating: ",", count: 200_000), String(repeating: "a=,,", count: 50_000),
    String(repeating: "a.", count: 100_000) + "b=1", (0..<20_000).map { "k\($0)=1" }.joined(separator: ","),
    (0..<20_000).map { "a.k\($0)=1" }.joined(separator: ","),
    (0..<20_000).map { "a.\($0)=1" }.joined(separator: ","),
    String(repeating: "\u{301}", count: 100_000), String(repeating: "=", count: 200_000),
  ]

  /// A hang is what would show: of each of these, anything that is not linear takes minutes.
  @Test(.timeLimit(.minutes(20)), arguments: garbage.indices)
  func muchGarbageIsReadRefusedAndMergedInTime(index: Int) {
    for option in ["-accel", "-machine", "-cpu", "-smp", "-m", "-name", "-append"] {
      guard let configuration = try? QEMUConfiguration(arguments: [option, Self.garbage[index]]) else {
        continue
      }
      _ = configuration.machine
      _ = (configuration.cpu?.settings, configuration.smp, configuration.memory, configuration.name)
      #expect((try? configuration.arguments())?.count ?? 2 == 2)
    }
    _ = try? QEMUConfiguration(arguments: ["-" + Self.garbage[index]])
    _ = try? QEMUConfiguration(shellText: Self.garbage[index])
  }
}
