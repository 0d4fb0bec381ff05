import Testing

@testable import QEMUDiagnosis
@testable import QEMULifecycle

/// A name becomes a directory and a word of a command line, so what could be read as more than a name is refused.
@Suite struct MachineNameTests {
  @Test(arguments: [
    "a", "Z", "0", "web", "web-1", "a.b_c-d", "a..", "x--", "vm-4f2k", String(repeating: "n", count: 64),
  ])
  func aPlainNameIsTakenAsItIs(_ name: String) throws {
    #expect(try MachineName(name).description == name)
  }

  static let refused: [(name: String, why: String)] = [
    ("", "it is empty"), ("/", "it begins with \"/\""), ("a/b", "it has \"/\""),
    ("../web", "it begins with \".\""), (".", "it begins with \".\""), ("..", "it begins with \".\""),
    (".hidden", "it begins with \".\""), ("-web", "it begins with \"-\""), ("_web", "it begins with \"_\""),
    ("a b", "it has \" \""), ("a,b", "it has \",\""), ("a\"b", "it has \"\\\"\""), ("a\nb", "it has \"\\n\""),
    ("a\r\nb", "it has \"\\r\\n\""), ("web\n", "it has \"\\n\""), ("a\0b", "it has \"\\0\""),
    ("a\u{1B}[2J", "it has \"\\u{1B}\""),
    ("größe", "it has \"ö\""), ("ärger", "it begins with \"ä\""), ("①", "it begins with \"①\""),
    ("a\u{301}", "it begins with \"a\u{301}\""), ("ｗeb", "it begins with \"ｗ\""),
    // Both compare equal to plain letters, or lie between two of them.
    ("\u{212A}", "it begins with \"\u{212A}\""), ("aq\u{301}", "it has \"q\u{301}\""),
    (String(repeating: "n", count: 65), "it has 65 characters"),
    (String(repeating: "n", count: 300), "it has 300 characters"),
  ]

  @Test(arguments: refused)
  func anyOtherNameIsRefusedWithWhatIsWrong(_ row: (name: String, why: String)) {
    let error = #expect(throws: LifecycleError.self) { try MachineName(row.name) }
    #expect(error?.code == .invalidName)
    #expect(error?.summary.hasSuffix(": \(row.why)") == true, "\(String(describing: error))")
    #expect(error?.remedy.contains("1 to 64 letters, digits, dots, dashes and underscores") == true)
  }

  @Test(arguments: refused)
  func theRefusalNamesTheNameInOneShortLine(_ row: (name: String, why: String)) throws {
    let error = #expect(throws: LifecycleError.self) { try MachineName(row.name) }
    let summary = try #require(error).summary
    #expect(summary.hasPrefix(String(row.name.prefix(64)).debugDescription.dropLast()))
    #expect(!summary.unicodeScalars.contains { $0.value < 32 })
    #expect(summary.count < 200)
  }

  @Test func aSlashInALongNameIsWhatIsWrongWithIt() {
    let error = #expect(throws: LifecycleError.self) {
      try MachineName(String(repeating: "n", count: 100) + "/")
    }
    #expect(error?.summary.hasSuffix("it has \"/\"") == true)
  }
}
