import ArgumentParser
import QEMU

/// Starts QEMU again for a supervisor, which runs this command.
struct StartAgain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start-again", abstract: "Start QEMU again. A supervisor runs this command.",
    shouldDisplay: false)

  @Option(help: "The directory of the virtual machine.")
  var directory: String

  func run() async throws {
    let parts = directory.split(separator: "/")
    let state = StateDirectory(path: "/" + parts.dropLast().joined(separator: "/"))
    let name = try MachineName(parts.last.map(String.init) ?? "")
    try await VirtualMachine.startAgain(forSupervisorOf: name, in: state).exit()
  }
}
