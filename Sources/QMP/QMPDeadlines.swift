import QAPI

/// How long a command may take unless its caller says otherwise.
///
/// QEMU executes most commands in its main loop, between two turns of the guest's devices. A command that only reads is done
/// in milliseconds, and one that is not has found a main loop that hangs. Others open files over a network, wait for the
/// guest's I/O to drain, or write the guest's memory to a disk: a short deadline would give up on work that goes on.
public struct QMPDeadlines: Sendable {
  /// A group of commands, and why they may take as long as they may.
  public struct Row: Sendable, Hashable {
    /// The wire names; one that ends in `*` stands for all that begin so.
    public let commands: [String]
    /// How long they may take on a machine of common speed.
    public let deadline: Duration
    /// Why.
    public let reason: String
  }

  /// What the deadlines of all commands are multiplied by: a guest under tcg on a busy host needs more.
  public var scale: Double
  /// Deadlines that the caller sets; they are taken before ``rows``, and scaled too.
  public var exceptions: [String: Duration]

  /// Makes deadlines.
  /// - Parameters:
  ///   - scale: what the deadlines of all commands are multiplied by; at least 0.
  ///   - exceptions: deadlines by wire name, taken before those of the table.
  public init(scale: Double = 1, exceptions: [String: Duration] = [:]) {
    self.scale = max(0, scale)
    self.exceptions = exceptions
  }

  /// The deadline of a command that no row names.
  public static let usual = Duration.seconds(10)

  /// The table, most special first: a whole name comes before a beginning.
  public static let rows: [Row] = [
    Row(
      commands: ["dump-guest-memory", "memsave", "pmemsave", "dump-skeys"], deadline: .seconds(3600),
      reason: "writes the guest's memory to a file before it answers"),
    Row(
      commands: ["human-monitor-command"], deadline: .seconds(300),
      reason: "the line may be savevm or loadvm, which answer when the snapshot is written"),
    Row(
      commands: [
        "block_resize", "blockdev-snapshot-sync", "transaction", "blockdev-snapshot-internal-sync",
        "blockdev-snapshot-delete-internal-sync", "change-backing-file", "block-job-complete", "job-complete",
      ], deadline: .seconds(120), reason: "drains the guest's I/O and writes an image's metadata"),
    Row(
      commands: [
        "blockdev-*", "drive-*", "block-*", "nbd-server-*", "query-block", "query-blockstats",
        "query-named-block-nodes", "x-blockdev-*", "x-debug-query-block-graph",
      ], deadline: .seconds(60), reason: "may open, flush or ask images that lie behind a network"),
    Row(
      commands: ["object-add", "device_add", "netdev_add", "chardev-add", "chardev-change"],
      deadline: .seconds(60),
      reason: "may fill memory ahead, pin it for a device, or wait for the other side of a socket"),
    Row(
      commands: ["stop", "cont", "system_reset", "migrate*", "snapshot-*", "quit"], deadline: .seconds(60),
      reason: "waits until the guest's I/O has come to rest"),
    Row(
      commands: [
        "query-qmp-schema", "query-cpu-*", "qom-list-types", "device-list-properties", "screendump",
      ],
      deadline: .seconds(30), reason: "answers with much, or loads modules first"),
  ]

  /// The deadline of a command.
  /// - Parameter command: its wire name.
  public func deadline(for command: String) -> Duration {
    let deadline = exceptions.isEmpty ? nil : exceptions[command]
    let usual = deadline ?? Self.named[command] ?? Self.begun(by: command) ?? Self.usual
    return scale == 1 ? usual : usual * scale
  }
}

extension QMPDeadlines {
  /// The longest deadline of some commands.
  package func deadline(for commands: [String]) -> Duration {
    commands.reduce(.zero) { max($0, deadline(for: $1)) }
  }
}

// MARK: - The table, to look up in

// Every command comes by here: its row is not searched for each time.

extension QMPDeadlines {
  private static let named = Dictionary(
    rows.flatMap { row in row.commands.filter { !$0.hasSuffix("*") }.map { ($0, row.deadline) } }
      + QAPICatalogue.commandNames.map { ($0, begun(by: $0) ?? usual) },
    uniquingKeysWith: { first, _ in first })

  private static let beginnings = rows.flatMap { row in
    row.commands.filter { $0.hasSuffix("*") }.map { (Array($0.utf8.dropLast()), row.deadline) }
  }

  private static func begun(by command: String) -> Duration? {
    beginnings.first { command.utf8.starts(with: $0.0) }?.1
  }
}
