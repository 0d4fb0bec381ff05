import ArgumentParser
import QEMU

/// The timeouts of the steps of a stop.
struct ShutdownOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The timeout for the guest to power off; 0 skips this step.", valueName: "time"))
  var powerdown = TimeSpan(.seconds(30))

  @Option(help: ArgumentHelp("The timeout for QEMU to exit after quit.", valueName: "time"))
  var quit = TimeSpan(.seconds(5))

  @Option(
    help: ArgumentHelp("The timeout for QEMU to exit after SIGTERM, before SIGKILL.", valueName: "time"))
  var term = TimeSpan(.seconds(5))

  var policy: ShutdownPolicy {
    ShutdownPolicy(powerdown: powerdown.duration, quit: quit.duration, terminate: term.duration)
  }
}
