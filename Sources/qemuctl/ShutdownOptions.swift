import ArgumentParser
import QEMU

/// The timeouts of the steps of a stop.
struct ShutdownOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The timeout for the guest to power off; 0 skips this step (default: as requested at the start, or 30s).",
      valueName: "time"))
  var powerdown: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "The timeout for QEMU to exit after quit (default: as requested at the start, or 5s).",
      valueName: "time"))
  var quit: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "The timeout for QEMU to exit after SIGTERM, before SIGKILL (default: as requested at the start, or 5s).",
      valueName: "time"))
  var term: TimeSpan?

  /// Returns the policy of a virtual machine, with the timeouts that are given in place of its own.
  /// - Parameter record: the record of the virtual machine; nil if there is none.
  func policy(for record: MachineRecord? = nil) -> ShutdownPolicy {
    let own = record?.supervision?.stop ?? ShutdownPolicy()
    return ShutdownPolicy(
      powerdown: powerdown?.duration ?? own.timeout(of: .powerdown),
      quit: quit?.duration ?? own.timeout(of: .quit),
      terminate: term?.duration ?? own.timeout(of: .terminate))
  }
}
