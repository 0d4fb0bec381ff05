import Foundation
import QEMU
import Testing

/// Command lines in the styles of those who write them: management tools, scripts, tutorials.
@Suite struct RealCommandLineTests {
  struct Line: Sendable, CustomTestStringConvertible {
    let name: String
    /// The versions that start it here: others need what this machine or that version has not.
    let starts: Set<Substring>
    let text: String

    var testDescription: String { name }
    var architecture: String { text.contains("qemu-system-aarch64") ? "aarch64" : "x86_64" }
  }

  struct Start: Sendable, CustomTestStringConvertible {
    let line: Line
    let qemu: QEMUUnderTest

    var testDescription: String { "\(qemu.version): \(line.name)" }
  }

  static let lines: [Line] = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "RealCommandLines.txt")
    let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    return text.components(separatedBy: "\n\n").compactMap { block in
      let parts = block.split(separator: "\n", maxSplits: 1)
      let head = parts[0].dropFirst("## ".count).components(separatedBy: " |")
      guard parts.count == 2, head.count == 2 else { return nil }
      return Line(name: head[0], starts: Set(head[1].split(separator: " ")), text: String(parts[1]))
    }
  }()

  static let startable = QEMUMatrix.all.flatMap { qemu in
    lines.filter {
      $0.architecture == qemu.architecture
        && $0.starts.contains(qemu.version.split(separator: ".").prefix(2).joined(separator: ".")[...])
    }.map { Start(line: $0, qemu: qemu) }
  }

  @Test func theLinesAreThere() { #expect(Self.lines.count >= 50) }

  @Test(arguments: lines)
  func everySpellingSaysTheSame(line: Line) throws {
    let configuration = try QEMUConfiguration(shellText: line.text, unknownNames: .kept)
    let written = try configuration.arguments()
    #expect(try QEMUConfiguration(arguments: written, unknownNames: .kept).arguments() == written)
    #expect(try QEMUConfiguration(shellText: configuration.shellText(), unknownNames: .kept) == configuration)
    // A document gathers options of a name where their order says nothing.
    let document = try ConfigurationDocument(configuration)
    let again = try QEMUConfiguration(document, unknownNames: .kept)
    #expect(again.occurrences.count == configuration.occurrences.count)
    let rewritten = try QEMUConfiguration(ConfigurationDocument(again), unknownNames: .kept)
    #expect(try rewritten.arguments() == again.arguments())
    #expect(try ConfigurationDocument(yaml: document.yaml()).root == document.root)
    #expect(try ConfigurationDocument(json: JSON.object(document.root).serialized()).root == document.root)
  }

  @Test(arguments: startable)
  func whatIsWrittenMeansTheSameToQEMU(start: Start) async throws {
    let configuration = try QEMUConfiguration(shellText: start.line.text)
    let capabilities = try await KnownCapabilities.of(start.qemu)
    #expect(configuration.findings(for: capabilities).filter { $0.weight == .refused } == [])
    let readBack = CommandLineReadBack(qemu: start.qemu, machine: start.qemu.isX86 ? "pc" : "virt")
    let line = try start.line.words
    let original = try await readBack.outcome(of: line)
    #expect(original.isAccepted, "QEMU itself: \(original)")
    let document = try ConfigurationDocument(yaml: ConfigurationDocument(configuration).yaml())
    for written in [try configuration.arguments(), try QEMUConfiguration(document).arguments()] {
      if written == line { continue }
      let again = try await readBack.outcome(of: written)
      #expect(again.differences(from: original) == [], "\(written)")
    }
  }
}

extension RealCommandLineTests.Line {
  /// The words behind the program's name as a shell splits them, which this library has no part in.
  var words: [String] {
    get throws {
      let (shell, output) = (Process(), Pipe())
      shell.executableURL = URL(filePath: "/bin/sh")
      let program = try #require(text.firstRange(of: #/\S*qemu-system-\w+/#))
      shell.arguments = ["-c", "printf '%s\\n' " + text[program.upperBound...]]
      shell.standardOutput = output
      try shell.run()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
  }
}
