import QEMUCommandLine
import Testing

/// The user to whom QEMU changes, by the option of its version.
@Suite struct UserTests {
  @Test(arguments: [
    ("7.2.22", ["-runas", "qemu"]), ("9.0.4", ["-runas", "qemu"]), ("9.1.0", ["-run-with", "user=qemu"]),
    ("10.0.13", ["-run-with", "user=qemu"]), ("11.1.3", ["-run-with", "user=qemu"]),
  ])
  func eachVersionIsGivenTheOptionThatItHas(_ row: (version: String, words: [String])) throws {
    var configuration = try QEMUConfiguration(arguments: ["-m", "1G"])
    try configuration.setUser("qemu", version: row.version)
    #expect(try configuration.arguments() == ["-m", "1G"] + row.words)
    #expect(configuration.user == "qemu")
  }

  @Test func aUserThatTheOptionsNameAlreadyIsNotNamedTwice() throws {
    for words in [["-runas", "1:2"], ["-run-with", "async-teardown=on", "-run-with", "user=1:2"]] {
      var configuration = try QEMUConfiguration(arguments: words)
      try configuration.setUser("1:2", version: "10.0.0")
      #expect(try configuration.arguments() == words)
    }
  }

  @Test func twoUsersAreRefused() throws {
    var configuration = try QEMUConfiguration(arguments: ["-run-with", "user=nobody"])
    let error = try #require(throws: CommandLineError.self) {
      try configuration.setUser("qemu", version: "10.0.0")
    }
    #expect(error.code == .conflictingOptions)
    #expect(error.summary == "the user is qemu, but QEMU's options specify nobody")
  }

  @Test(arguments: [
    #"{"lifecycle":{"user":""}}"#, #"{"lifecycle":{"user":7}}"#, #"{"lifecycle":"qemu"}"#,
    #"{"lifecycle":{"usr":"nobody"}}"#,
  ])
  func aUserThatIsNoNameIsRefused(_ text: String) throws {
    let document = try ConfigurationDocument(json: text)
    let error = try #require(throws: CommandLineError.self) { try document.lifecycle() }
    #expect(error.code == .malformedDocument)
  }

  @Test func theLifecycleNamesTheUserAndWhatIsNotActedUpon() throws {
    let document = try ConfigurationDocument(
      json: #"{"lifecycle":{"user":"qemu","restart":"always","autostart":true}}"#)
    #expect(try document.lifecycle()?.user == "qemu")
    #expect(try document.lifecycle()?.ignored == ["autostart"])
    #expect(try ConfigurationDocument(json: "{}").lifecycle() == nil)
  }
}
