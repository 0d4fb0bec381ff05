/// The content of a journal line, without its sequence number and its times.
package struct JournalEntry: Sendable {
  /// The kind of an entry.
  package enum Kind: String, Sendable, Hashable {
    /// An event of QEMU.
    case event
    /// A change that the supervisor makes or observes.
    case life
    /// The result of a verification.
    case verdict
  }

  /// The kind.
  package let kind: Kind
  /// The name of the event or of the change; nil for a verdict.
  package let name: String?
  /// The further members.
  package let members: [(name: String, value: JSONText?)]

  /// Returns the entry for an event of QEMU.
  ///
  /// - Parameters:
  ///   - data: The member `data` of the event.
  ///   - timestamp: The member `timestamp` of the event.
  package static func event(_ name: String, data: JSONText?, timestamp: JSONText?) -> JournalEntry {
    JournalEntry(kind: .event, name: name, members: [("data", data), ("timestamp", timestamp)])
  }

  /// Returns the entry for a change.
  package static func life(
    _ change: LifeChange, _ members: [(name: String, value: JSONText?)] = []
  ) -> JournalEntry {
    JournalEntry(kind: .life, name: change.rawValue, members: members)
  }

  /// Returns the entry for the result of a verification.
  package static func verdict(_ members: [(name: String, value: JSONText?)]) -> JournalEntry {
    JournalEntry(kind: .verdict, name: nil, members: members)
  }

  /// A Boolean value that indicates whether the entry is on the disk before the supervisor continues.
  ///
  /// An intent is written before the act, so that the next supervisor knows of it after a crash of the host.
  package var isSynced: Bool {
    kind == .life && (name == LifeChange.intent.rawValue || name == LifeChange.ended.rawValue)
  }
}

/// A change in the life of a machine that the journal records.
package enum LifeChange: String, Sendable, Hashable, CaseIterable {
  /// QEMU was started.
  case started
  /// Machine initialization is complete.
  case ready
  /// The start is complete: the restart policy applies from now on.
  case completed
  /// The start failed before it was complete.
  case startFailed = "start-failed"
  /// The guest was resumed.
  case resumed
  /// The supervisor is about to end the run.
  case intent
  /// The run ended.
  case ended
  /// A restart is due.
  case restarting
  /// The restart policy permits no further restart.
  case gaveUp = "gave-up"
  /// The machine stays stopped or paused.
  case stayed
  /// A supervisor was started for the machine.
  case supervised
  /// A supervisor found QEMU running.
  case adopted
  /// The supervisor was replaced by another version.
  case upgraded
  /// A client changed the state of the machine, for example with `stop` or `cont`.
  case commanded
}
