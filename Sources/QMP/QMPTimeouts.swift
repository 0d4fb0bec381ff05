import QAPI

/// The default timeouts of commands.
///
/// QEMU executes most commands in its main loop, between the work of the guest's devices. A command that only reads
/// takes milliseconds; if it takes longer, the main loop hangs. Other commands open files over a network, wait for the
/// guest's I/O to drain, or write the guest's memory to a disk: with a short timeout the caller would give up while
/// QEMU continues.
public struct QMPTimeouts: Sendable {
  /// A group of commands, their timeout and the reason for it.
  public struct Row: Sendable, Hashable {
    /// The wire names; a name that ends in `*` matches every command with that prefix.
    public let commands: [String]
    /// The timeout on a machine of average speed.
    public let timeout: Duration
    /// The reason for the timeout.
    public let reason: String
  }

  /// The factor for the timeouts of all commands: a guest under TCG on a busy host needs more time.
  public var scale: Double
  /// The timeouts that the caller sets, by wire name; they override ``rows``, and are scaled too.
  public var exceptions: [String: Duration]

  /// Creates a table of timeouts.
  /// - Parameters:
  ///   - scale: the factor for the timeouts of all commands; at least 0.
  ///   - exceptions: timeouts by wire name; they override those of the table.
  public init(scale: Double = 1, exceptions: [String: Duration] = [:]) {
    self.scale = max(0, scale)
    self.exceptions = exceptions
  }

  /// The timeout of a command that is in no row.
  public static let usual = Duration.seconds(10)

  /// The table, most specific first: a whole name takes precedence over a prefix.
  public static let rows: [Row] = [
    Row(
      commands: ["dump-guest-memory", "memsave", "pmemsave", "dump-skeys"], timeout: .seconds(3600),
      reason: "writes the guest's memory to a file before it answers"),
    Row(
      commands: ["human-monitor-command"], timeout: .seconds(300),
      reason: "the line may be savevm or loadvm, which answer when the snapshot is complete"),
    Row(
      commands: [
        "block_resize", "blockdev-snapshot-sync", "transaction", "blockdev-snapshot-internal-sync",
        "blockdev-snapshot-delete-internal-sync", "change-backing-file", "block-job-complete", "job-complete",
      ], timeout: .seconds(120), reason: "drains the guest's I/O and writes an image's metadata"),
    Row(
      commands: [
        "blockdev-*", "drive-*", "block-*", "nbd-server-*", "query-block", "query-blockstats",
        "query-named-block-nodes", "x-blockdev-*", "x-debug-query-block-graph",
      ], timeout: .seconds(60), reason: "may open, flush or query images over a network"),
    Row(
      commands: ["object-add", "device_add", "netdev_add", "chardev-add", "chardev-change"],
      timeout: .seconds(60),
      reason: "may preallocate memory, pin it for a device, or wait for the peer of a socket"),
    Row(
      commands: ["stop", "cont", "system_reset", "migrate*", "snapshot-*", "quit"], timeout: .seconds(60),
      reason: "waits until the guest's I/O is drained"),
    Row(
      commands: [
        "query-qmp-schema", "query-cpu-*", "qom-list-types", "device-list-properties", "screendump",
      ],
      timeout: .seconds(30), reason: "has a long reply, or loads modules first"),
  ]

  /// Returns the timeout of a command.
  /// - Parameter command: its wire name.
  public func timeout(for command: String) -> Duration {
    let timeout = exceptions.isEmpty ? nil : exceptions[command]
    let usual = timeout ?? Self.named[command] ?? Self.begun(by: command) ?? Self.usual
    return scale == 1 ? usual : usual * scale
  }
}

extension QMPTimeouts {
  /// Returns the longest timeout of some commands.
  package func timeout(for commands: [String]) -> Duration {
    commands.reduce(.zero) { max($0, timeout(for: $1)) }
  }
}

// MARK: - Lookup

// The timeout of every command is looked up, so the rows are not searched each time.

extension QMPTimeouts {
  private static let named = Dictionary(
    rows.flatMap { row in row.commands.filter { !$0.hasSuffix("*") }.map { ($0, row.timeout) } }
      + QAPICatalogue.commandNames.map { ($0, begun(by: $0) ?? usual) },
    uniquingKeysWith: { first, _ in first })

  private static let beginnings = rows.flatMap { row in
    row.commands.filter { $0.hasSuffix("*") }.map { (Array($0.utf8.dropLast()), row.timeout) }
  }

  private static func begun(by command: String) -> Duration? {
    beginnings.first { command.utf8.starts(with: $0.0) }?.1
  }
}
