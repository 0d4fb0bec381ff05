/// Ends of a machine that ran, states that would not load, and starts that wait for somebody.
enum LifecycleRules {
  static let all: [DiagnosisRule] = incoming + orderly + waiting

  private static let incoming: [DiagnosisRule] = [
    .init(
      "not-a-migration-stream",
      ["Not a migration stream*", "load of migration failed: *: Not a migration stream*"],
      cause: "what came in by -incoming is no machine state",
      remedy: "name the file or address that `migrate` wrote to; a compressed state has to be unpacked "
        + "first"),
    .init(
      "migration-protocol-unknown", ["unknown migration protocol: {address}"],
      cause: "this QEMU cannot take a state from '{address}'",
      remedy:
        "use tcp:HOST:PORT, unix:PATH, fd:N or exec:COMMAND; file:PATH needs a newer QEMU (here exec:cat "
        + "PATH)"
    ),
    .init(
      "migration-command-failed", ["Failed to execute child process*"],
      cause: "the command of -incoming exec: does not start", remedy: "run it by hand; it needs /bin/sh"),
    .init(
      "incoming-file-missing", ["-incoming *: Could not open '{path}': {reason}"],
      cause: "the saved state '{path}' cannot be opened: {reason}", remedy: "correct the path of -incoming"),
    .init(
      "migration-failed", ["load of migration failed: {reason}"],
      cause: "the incoming state does not fit this machine: {reason}",
      remedy:
        "the command line has to be the source's: same machine version, devices in the same places, memory "
        + "size, processor; the lines above name the part that did not fit"),
  ]

  /// An orderly end that somebody asked for by a signal.
  static let orderly: [DiagnosisRule] = [
    .init(
      "stopped-by-signal", ["terminating on signal {signal} from pid {pid} ({program})"],
      cause: "process {pid} ({program}) told QEMU to end, with signal {signal}",
      remedy: "if this was not intended, inspect that process: `ps -p {pid} -f`, the journal"),
    .init(
      "stopped-by-signal-of-unknown", ["terminating on signal {signal}"],
      cause: "QEMU was told to end, with signal {signal}",
      remedy: "the sender is not known: 2 is Ctrl-C, 1 a closed terminal, 15 `kill` or systemd"),
  ]

  /// Starts that stand still and are ended by whoever waited for them.
  static let waiting: [DiagnosisRule] = [
    .init(
      "waits-for-client", ["QEMU waiting for connection on: {address}"],
      cause: "QEMU waited for a client on {address} and did not start without one",
      remedy: "add wait=off to that -chardev (server=on,wait=off), or connect the client")
  ]
}
