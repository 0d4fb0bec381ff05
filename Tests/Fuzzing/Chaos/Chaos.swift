import ArgumentParser
import ChaosRun
import Foundation

/// Runs random commands at once and kills some of them; see Docs/Fuzzing.md.
@main
struct Chaos: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs random commands at once, kills some of them, and checks what must hold at any time.",
    discussion: "Exit status 1: something did not hold.")

  @Option(help: "The number of commands.")
  var steps = 2000

  @Option(help: "The seed of the commands.")
  var seed: UInt64 = 1

  @Argument(help: "The QEMU binary.")
  var qemu = "/usr/bin/qemu-system-x86_64"

  func run() async throws {
    let products = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    let state = FileManager.default.temporaryDirectory.appending(path: "chaos-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(
      at: state, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: state) }
    let path = { (url: URL) in url.path(percentEncoded: false) }
    let run = ChaosRun(
      program: path(products.appending(path: "qemuctl")), qemu: qemu,
      faults: path(products.appending(path: "libFaultInjection.so")), state: path(state))
    let outcome = try await run.run(steps: steps, seed: seed)
    for violation in outcome.violations { print(violation) }
    print(
      "\(outcome.steps) commands, \(outcome.killed) of them killed, \(outcome.machines) machines seen running, "
        + "\(outcome.violations.count) violations")
    if !outcome.violations.isEmpty { throw ExitCode.failure }
  }
}
