import Foundation
import QEMU
import Testing

/// Bytes that are no text, and characters that control a terminal.
@Suite struct ByteTests {
  private static let words = ["-nodefaults", "-display", "none", "-accel", "tcg", "-machine", "none"]

  @Test(arguments: QEMUMatrix.any)
  func controlCharactersAreShownAlsoInAPipe(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let name = "red\u{1B}[31m\u{9B}2J\u{202E}"
      let start = try await command.run(
        ["start", "--name", "kept", "--all", "--qemu", qemu.path, "--"] + Self.words + ["-name", name])
      #expect(start.output.contains("red\\u{1b}[31m\\u{9b}2J\\u{202e}"), "\(start.output)")
      for words in [["verify", "kept", "--all"], ["inspect", "kept"], ["status", "kept", "--all"]] {
        let result = try await command.run(words)
        #expect(!Self.hasControls(result.output + result.errors), "\(words)")
      }
      let json = try await command.run(["status", "kept", "--format", "json"])
      #expect(!Self.hasControls(json.output))
      for format in ["junit", "html"] {
        let report = try await command.run(["verify", "kept", "--format", format])
        #expect(!Self.hasControls(report.output.replacing("\u{202E}", with: "")))
      }
      let inspection = try await command.run(["inspect", "kept", "--format", "json"])
      #expect(inspection.output.contains(#"red\u001b[31m\u009b2J"#))
      #expect(try inspection.json["status"]?["name"]?["value"]?.stringValue == name)
    }
  }

  private static func hasControls(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalar in
      (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || (0x7F..<0xA0).contains(scalar.value)
        || scalar == "\u{202E}"
    }
  }

  @Test(arguments: QEMUMatrix.any) func aLogIsEscapedOrWrittenByteForByte(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      _ = try await command.run(["start", "--name", "kept", "--qemu", qemu.path, "--"] + Self.words)
      let log = Data("line\r\n\u{1B}[31m".utf8) + Data([0xFF, 0xFE, 0x00])
      let directory = command.state.path + "/kept"
      let name = try #require(
        try FileManager.default.contentsOfDirectory(atPath: directory).first { $0.hasPrefix("console-") })
      try log.write(to: URL(filePath: "\(directory)/\(name)"))
      let shown = try await command.run(["logs", "kept", "--console"])
      #expect(shown.output.hasPrefix("line\n\\u{1b}[31m\u{FFFD}"), "\(shown.output)")
      let raw = try await command.run(
        ["logs", "kept", "--console", "--raw"], through: ["/bin/sh", "-c", "\"$@\" | od -An -v -tx1", "sh"])
      let bytes = raw.output.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
      #expect(Data(bytes) == log)
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func theEnvironmentReachesQEMUByteForByte(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let script = "LC_STRANGE=$(printf '/a\\377b'); export LC_STRANGE; exec \"$@\""
      let start = try await command.run(
        ["start", "--name", "kept", "--qemu", qemu.path, "--"] + Self.words,
        through: ["/bin/sh", "-c", script, "sh"])
      #expect(start.status == 0, "\(start.errors)")
      let status = try await command.run(["status", "kept", "--format", "json"])
      let pid = try #require(try status.json["vm"]?["pid"]?.integerValue)
      let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
      #expect(environment.split(separator: 0).contains(Data("LC_STRANGE=/a".utf8) + [0xFF] + Data("b".utf8)))
    }
  }
}
