import Foundation
import QEMU
import Testing

/// The completion of a line in bash, and the scripts and manual pages that are installed.
@Suite struct CompletionTests {
  /// Returns the completions of the last word of a line in bash, from its completion function.
  private static func complete(_ command: CommandUnderTest, _ words: String) async throws -> [String] {
    // `compopt` works only while readline completes.
    let script = """
      compopt() { :; }
      eval "$("$1" --generate-completion-script bash)"
      COMP_LINE="$1 \(words)"; COMP_POINT=${#COMP_LINE}
      read -ra COMP_WORDS <<<"$COMP_LINE"; [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      export QEMUCTL_STATE_DIR="$4"
      _qemuctl_line "$1" "${COMP_WORDS[COMP_CWORD]##*=}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try await command.run(["list"], through: CommandUnderTest.shell(script))
    #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
    return result.output.split(separator: "\n").map(String.init)
  }

  @Test(arguments: QEMUMatrix.any)
  func bashCompletesNamesAndQEMUsOptions(qemu: QEMUUnderTest) async throws {
    try await withCommand { (command: CommandUnderTest) async throws -> Void in
      let start = [
        "start", "--qemu", qemu.path, "--name", "web", "--", "-machine", "none", "-display", "none",
      ]
      #expect(try await command.run(start).status == 0)
      #expect(try await Self.complete(command, "stat") == ["status"])
      for words in ["status ", "stop w", "plan ", "qmp ", "verify "] {
        #expect(try await Self.complete(command, words).contains("web"), "\(words)")
      }
      #expect(try await Self.complete(command, "status --state-dir /nonexistent ") == [])
      #expect(try await Self.complete(command, "list --color n") == ["never"])
      let line = "start --qemu \(qemu.path) -- "
      #expect(try await Self.complete(command, line + "-acc") == ["-accel"])
      #expect(try await Self.complete(command, line + "-accel tcg,thread=m") == ["multi"])
      // QEMU is not started to complete a line.
      #expect(try await Self.complete(command, line + "-device virtio-net-p") == [])
      #expect(try await command.run(["capabilities", qemu.path]).status == 0)
      #expect(try await Self.complete(command, line + "-device virtio-net-pci,ma") == ["virtio-net-pci,mac="])
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func aScriptIsWellFormedAndCompletesQEMUsOptions(shell: String) async throws {
    let script = try await CommandUnderTest.complete(["--generate-completion-script", shell])
    #expect(script.contains("__complete"))
    let path = ["/bin/\(shell)", "/usr/bin/\(shell)"].first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    guard let path else { return }
    let file = FileManager.default.temporaryDirectory.appending(path: "completion-\(UUID())")
    try Data(script.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = try Process.run(URL(filePath: path), arguments: ["-n", file.path])
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func everyCommandHasAManualPage() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "manual-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    let script = QEMUMatrix.packageRoot.appending(path: "Scripts/manual")
    let process = try Process.run(script, arguments: [CommandUnderTest.program.path, directory.path])
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let pages = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    #expect(pages.count == 30 && pages.contains("qemuctl.1"), "\(pages)")
    for page in pages {
      let text = try String(contentsOf: directory.appending(path: page), encoding: .utf8)
      for part in [".SH NAME\nqemuctl", ".SH SYNOPSIS\n.B qemuctl ", ".SH OPTIONS\n.TP\n.B "] {
        #expect(text.contains(part), "\(page)")
      }
    }
  }
}
