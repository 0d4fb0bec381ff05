import Foundation
import QEMU
import Testing

/// The README is true to the letter: its example is compiled and run, its session too.
@Suite struct ReadmeTests {
  private let readme: String

  init() throws {
    readme = try String(contentsOf: QEMUMatrix.packageRoot.appending(path: "README.md"), encoding: .utf8)
  }

  @Test func theLibraryExampleIsTheOneThatIsCompiled() throws {
    let file = QEMUMatrix.packageRoot.appending(path: "IntegrationTests/ReadmeExample.swift")
    let example = try String(contentsOf: file, encoding: .utf8)
    #expect(readme.contains("```swift\n\(example)```"))
  }

  @Test func theLibraryExampleDoesWhatItSays() async throws {
    let outcome = try await withStateDirectory { try await startAndVerify(in: $0) }
    #expect(outcome == "tcg, running")
  }

  /// Figures differ from run to run, names of versions from host to host; the words do not.
  @Test(arguments: ["README.md", "Docs/Configurations.md", "Docs/Changing.md"])
  func theSessionLooksAsItSays(page: String) async throws {
    let text = try String(contentsOf: QEMUMatrix.packageRoot.appending(path: page), encoding: .utf8)
    let block = try #require(text.split(separator: "```console\n").last?.split(separator: "```").first)
    let directory = FileManager.default.temporaryDirectory.appending(path: "qemu-session-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try await withCommand { command in
      var output = Set<String>()
      for line in block.split(separator: "\n") {
        guard line.hasPrefix("$ qemuctl ") else {
          #expect(output.contains(Self.normalised(line)), "\(line) is not among \(output.sorted())")
          continue
        }
        let parts = line.dropFirst(10).split(separator: "#")
        let halves = parts[0].split(separator: " > ")
        let words = halves[0].split(separator: " ").map { word in
          word.hasSuffix(".yaml") ? directory.appending(path: String(word)).path : String(word)
        }
        let expected = parts.count > 1 ? Int32(parts[1].filter(\.isNumber)) : 0
        let result = try await command.run(words)
        #expect(result.status == expected, "\(line): \(result.errors)")
        output = Set(result.output.split(separator: "\n").map(Self.normalised))
        if halves.count > 1 {
          try Data(result.output.utf8).write(
            to: directory.appending(path: halves[1].trimmingCharacters(in: .whitespaces)))
        }
      }
    }
  }

  private static func normalised(_ line: Substring) -> String {
    line.replacing(/[0-9]+/, with: "#").replacing(/\s+/, with: " ").trimmingCharacters(in: .whitespaces)
  }
}
