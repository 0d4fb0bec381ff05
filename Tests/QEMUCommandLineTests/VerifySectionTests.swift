import Testing

@testable import QEMUCommandLine

/// The section `verify` of a configuration.
@Suite struct VerifySectionTests {
  static let sections: [(yaml: String, section: VerifySection?)] = [
    ("m: 64\n", nil),
    ("verify: {}\n", VerifySection(policy: nil, accepted: [])),
    ("verify: {policy: warn}\n", VerifySection(policy: .warn, accepted: [])),
    ("verify: {policy: enforce, accept: []}\n", VerifySection(policy: .enforce, accepted: [])),
    (
      "verify:\n  accept: [accel, m.size]\n  policy: warn\n",
      VerifySection(policy: .warn, accepted: ["accel", "m.size"])
    ),
  ]

  @Test(arguments: sections)
  func aSectionIsRead(_ row: (yaml: String, section: VerifySection?)) throws {
    #expect(try ConfigurationDocument(yaml: row.yaml).verification() == row.section)
  }

  static let malformed = [
    "[]", "warn", "{policy: never}", "{policy: 1}", "{policy: [warn]}", "{accept: accel}", "{accept: [1]}",
    "{accept: {accel: true}}", "{policies: warn}", "{policy: warn, timeout: 3}",
  ]

  @Test(arguments: malformed)
  func aMalformedSectionIsAnErrorWithItsPlace(section: String) throws {
    let error = #expect(throws: CommandLineError.self) {
      try ConfigurationDocument(yaml: "m: 64\nverify: \(section)\n").verification()
    }
    #expect(error?.code == .malformedDocument)
    #expect(error?.position.line == 2)
    #expect(error?.remedy.isEmpty == false)
  }
}
