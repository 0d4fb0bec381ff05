import Foundation
import FoundationXML
import QEMU
import Testing

/// A program that asked for a format gets a document, also where the command fails.
@Suite struct FailureDocumentTests {
  static let failures: [(words: [String], code: String)] = [
    (["status", "nosuch"], "no-such-machine"),
    (["verify", "nosuch"], "no-such-machine"),
    (["plan", "nosuch", "--", "-m", "1G"], "no-such-machine"),
    (["apply", "nosuch", "--", "-m", "1G"], "no-such-machine"),
    (["accel", "nosuch"], "no-such-machine"),
    (["inspect", "nosuch"], "no-such-machine"),
    (["watch", "nosuch"], "no-such-machine"),
    (["verify", "--pid", "1"], "not-qemu"),
    (["start", "--qemu", "/no/such/qemu", "--", "-m", "1G"], "binary-unusable"),
    (["check", "--qemu", "/no/such/qemu", "--", "-m", "1G"], "binary-unusable"),
    (["start", "--name", "a/b", "--", "-m", "1G"], "invalid-name"),
    (["run", "--", "-m", "nothing"], "malformed-value"),
    (["start", "--nosuch", "--", "-m", "1G"], "usage"),
    (["status"], "usage"),
    (["list", "--nosuch"], "usage"),
  ]

  @Test(arguments: failures)
  func aFailureIsJSONWhereJSONWasAskedFor(words: [String], code: String) async throws {
    try await withCommand { command in
      let result = try await command.run(Self.asking(words, "json"))
      #expect(result.status != 0)
      let error = try #require(try result.json["error"], "\(result.output)")
      #expect(error["code"]?.stringValue == code)
      #expect(error["summary"]?.stringValue?.isEmpty == false)
      #expect(error["remedy"]?.stringValue?.isEmpty == false)
      #expect(!result.errors.isEmpty, "people are told as well")
    }
  }

  @Test(arguments: QEMUMatrix.any, ["--format=junit", "--format junit"])
  func aStartThatFailsIsOneErrorOfJUnitWithQEMUsWords(qemu: QEMUUnderTest, format: String) async throws {
    try await withCommand { command in
      let result = try await command.run(
        ["start"] + format.split(separator: " ").map(String.init) + [
          "--qemu", qemu.path, "--", "-device", "nosuch",
        ])
      #expect(result.status == 1)
      let error = try #require(
        try XMLDocument(xmlString: result.output).nodes(forXPath: "/testsuites/testsuite/testcase/error")
          .first)
      #expect(error.stringValue?.contains("'nosuch' is not a valid device model name") == true)
    }
  }

  @Test(arguments: ["yaml", "html"])
  func everyFormatHasItsDocument(format: String) async throws {
    try await withCommand { command in
      let result = try await command.run(["verify", "nosuch", "--format", format])
      #expect(result.output.contains("there is no virtual machine"), "\(result.output)")
    }
  }

  @Test func nothingIsWrittenForPeopleAndQEMUsOptionsAskForNoFormat() async throws {
    try await withCommand { command in
      let people = try await command.run(["status", "nosuch"])
      let guest = try await command.run(["run", "--", "-name", "--format", "json", "-m", "nothing"])
      #expect(people.output.isEmpty && guest.output.isEmpty)
    }
  }

  @Test func outputThatCannotBeWrittenIsAFailure() async throws {
    try await withStateDirectory { state in
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      let command = "\(CommandUnderTest.program.path) list --state-dir \(state.path)"
      process.arguments = ["-c", "\(command) 2>/dev/null >/dev/full; test $? = 1"]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }

  private static func asking(_ words: [String], _ format: String) -> [String] {
    let own = words.prefix { $0 != "--" }
    return own + ["--format", format] + words[own.count...]
  }
}
