/// The rules for signals, for migration states that cannot be loaded, and for starts that wait for a client.
enum LifecycleRules {
  static let all: [DiagnosisRule] = incoming + orderly + waiting

  private static let incoming: [DiagnosisRule] = [
    .init(
      "not-a-migration-stream",
      ["Not a migration stream*", "load of migration failed: *: Not a migration stream*"],
      cause: "the input of -incoming is not a migration stream",
      remedy: "specify the file or address to which `migrate` wrote; decompress a compressed state first"),
    .init(
      "migration-protocol-unknown", ["unknown migration protocol: {address}"],
      cause: "this QEMU does not support an incoming migration from '{address}'",
      remedy:
        "use tcp:HOST:PORT, unix:PATH, fd:N or exec:COMMAND; file:PATH needs a newer QEMU (use `exec:cat "
        + "PATH`)"
    ),
    .init(
      "migration-command-failed", ["Failed to execute child process*"],
      cause: "the command of -incoming exec: cannot be started",
      remedy: "test the command in a shell; it needs /bin/sh"),
    .init(
      "incoming-file-missing", ["-incoming *: Could not open '{path}': {reason}"],
      cause: "the saved state '{path}' cannot be opened: {reason}", remedy: "correct the path of -incoming"),
    .init(
      "migration-failed", ["load of migration failed: {reason}"],
      cause: "the incoming state does not match this machine: {reason}",
      remedy:
        "use the command line of the source: the same machine version, device addresses, memory size and "
        + "processor; the lines above show the device that did not match"),
  ]

  /// The rules for an orderly exit after a signal.
  static let orderly: [DiagnosisRule] = [
    .init(
      "stopped-by-signal", ["terminating on signal {signal} from pid {pid} ({program})"],
      cause: "process {pid} ({program}) terminated QEMU with signal {signal}",
      remedy: "if this was not intended, inspect that process: `ps -p {pid} -f`, the journal"),
    .init(
      "stopped-by-signal-of-unknown", ["terminating on signal {signal}"],
      cause: "QEMU was terminated with signal {signal}",
      remedy: "find the sender: 2 is Ctrl-C, 1 a closed terminal, 15 `kill` or systemd"),
  ]

  /// The rules for starts that wait for a client until they are ended.
  static let waiting: [DiagnosisRule] = [
    .init(
      "waits-for-client", ["QEMU waiting for connection on: {address}"],
      cause: "QEMU waited for a client on {address} and did not start without one",
      remedy: "add wait=off to that -chardev (server=on,wait=off), or connect the client")
  ]
}
