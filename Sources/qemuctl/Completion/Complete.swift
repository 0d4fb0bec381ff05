import ArgumentParser
import QEMU

/// Prints the candidates for the last word of a line, for the completion scripts. QEMU is never started.
struct Complete: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "__complete", abstract: "Complete QEMU's options after --.", shouldDisplay: false)

  @Argument(parsing: .captureForPassthrough)
  var words: [String] = []

  func run() {
    guard let terminator = words.firstIndex(of: "--") else { return }
    let binary = try? QEMUBinary(
      finding: ProgramArguments.value(ofOption: "--qemu", in: words) ?? QEMUBinary.hostName)
    let completion = OptionCompletion(binary?.keptCapabilities(in: StateDirectory(in: words)))
    for word in completion.candidates(Array(words[(terminator + 1)...])) { Output.line(word) }
  }
}
