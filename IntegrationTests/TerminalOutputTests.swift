import Foundation
import QEMU
import Testing

/// Tests of the output that only a terminal has: colours, cut evidence, and a line for a step that takes long.
@Suite struct TerminalOutputTests {
  private static let escape = "\u{1b}"

  private static func start(_ command: CommandUnderTest, _ words: [String] = []) async throws {
    let start = try await command.run(
      [
        "start", "--name", "v", "--", "-accel", "xen", "-accel", "tcg", "-machine", "none", "-display",
        "none",
      ]
        + words)
    #expect(start.status == 0 && !start.output.contains(escape), "\(start)")
  }

  private static func show(
    _ command: CommandUnderTest, _ words: [String], columns: UInt16 = 0, _ variables: [String: String] = [:]
  ) throws -> String {
    let terminal = try TerminalUnderTest(
      words + ["--state-dir", command.state.path], columns: columns, variables: variables)
    let (text, status) = try terminal.show()
    #expect(status == 0, "\(text)")
    return text
  }

  @Test func evidenceIsCutToTheWidthOfATerminalOnly() async throws {
    try await withCommand { command in
      try await Self.start(command)
      for words in [["verify", "v"], ["accel", "v"]] {
        let narrow = try Self.show(command, words, columns: 60, ["NO_COLOR": "1"])
        let wide = try Self.show(command, words, ["NO_COLOR": "1"])
        let evidence = try #require(narrow.split(separator: "\n").first { $0.hasPrefix("  evidence: ") })
        #expect(evidence.count == 60 && evidence.hasSuffix("…"), "\(narrow)")
        let full = try Self.show(command, words + ["--all"], columns: 60, ["NO_COLOR": "1"])
        for whole in [wide, full, try await command.run(words).output] {
          #expect(whole.contains("gen code size") && !whole.contains("…"), "\(whole)")
        }
        let variable = try Self.show(command, words, columns: 200, ["NO_COLOR": "1", "COLUMNS": "40"])
        #expect(variable.split(separator: "\n").contains { $0.count == 40 && $0.hasSuffix("…") })
      }
      let table = try Self.show(command, ["accel", "v"], columns: 50, ["NO_COLOR": "1"]).split(
        separator: "\n")
      #expect(table.drop { !$0.hasPrefix("PROPERTY") }.allSatisfy { $0.count <= 50 }, "\(table)")
    }
  }

  @Test func verdictsHaveColoursOnATerminalOnly() async throws {
    try await withCommand { command in
      try await Self.start(command)
      let yellow = "\(Self.escape)[33mfell-back\(Self.escape)[0m"
      for words in [["list"], ["status", "v"], ["verify", "v"]] {
        #expect(try Self.show(command, words).contains(yellow))
        for variables in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
          #expect(!(try Self.show(command, words, variables)).contains(Self.escape))
          #expect(try Self.show(command, words + ["--color=always"], variables).contains(yellow))
        }
        #expect(!(try Self.show(command, words + ["--color", "never"])).contains(Self.escape))
        #expect(!(try await command.run(words)).output.contains(Self.escape))
        #expect(try await command.run(words + ["--color", "always"]).output.contains(yellow))
      }
      #expect(try await command.run(["list", "--color", "pink"]).status == 64)
    }
  }

  @Test func theCommandLineIsShownOnRequest() async throws {
    try await withCommand { command in
      try await Self.start(command)
      #expect(!(try await command.run(["status", "v"])).output.contains("-accel"))
      #expect(try await command.run(["status", "v", "--all"]).output.contains("-accel xen -accel tcg"))
    }
  }

  /// The guest has no firmware, so it ignores the request to power off.
  @Test func aLineShowsAStepThatTakesLongAndIsErased() async throws {
    try await withCommand { command in
      try await Self.start(command)
      let shown = try Self.show(command, ["stop", "v", "--powerdown", "2500ms"])
      #expect(shown.contains("\rstopping \"v\" (1 s)\(Self.escape)[K"), "\(shown)")
      #expect(shown.contains("\r\(Self.escape)[Kqemuctl: "), "\(shown)")
      #expect(shown.hasSuffix("v: stopped by quit (exit status 0)\n"), "\(shown)")
      try await Self.start(command)
      let piped = try await command.run(["stop", "v", "--powerdown", "1500ms"])
      #expect(!piped.errors.contains("stopping") && !piped.errors.contains(Self.escape), "\(piped)")
      try await Self.start(command)
      #expect(!(try Self.show(command, ["stop", "v", "--powerdown", "0"])).contains("stopping"))
    }
  }
}
