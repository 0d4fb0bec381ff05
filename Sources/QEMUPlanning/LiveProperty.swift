import QEMUCommandLine
import QEMUJSON
import QEMUVerification

/// The properties for which a change takes effect while QEMU is running. All others need a restart.
///
/// A successful `qom-set` is no evidence of an effect: on `/machine` QEMU accepts any value, and ignores it.
enum LiveProperty {
  /// Returns the change that sets a property to the wanted value; nil if it needs a restart.
  /// - Parameters:
  ///   - finding: the finding that differs.
  ///   - wanted: the target configuration.
  ///   - known: the options of the previous configuration.
  ///   - live: the objects of the live virtual machine.
  static func change(
    _ finding: Finding, in wanted: QEMUConfiguration, after known: [Occurrence], of live: LiveInventory
  ) -> Change? {
    let occurrence = occurrence(of: finding, in: wanted)
    let found = rows.lazy.filter { $0.option == finding.option && $0.covers(finding.property) }
      .compactMap { row in row.commands(finding, occurrence, live).map { (row, $0) } }.first
    guard let (row, commands) = found else { return nil }
    // A forwarding rule is added; any other property is set.
    let isRule = finding.option == "netdev" && finding.property.hasPrefix("hostfwd.")
    let subject =
      isRule
      ? ChangeSubject(finding.option, finding.instance, Change.hostForward, to: finding.requested)
      : finding.subject(of: occurrence)
    let action = isRule ? Change.Action.add : .set
    if let (kind, reason) = row.impediment(finding, wanted, known, live) {
      return .prevented(subject, action, kind, because: reason)
    }
    var change = Change.live(subject, action, commands)
    change.rollbackCommands = row.rollbackCommands(live)
    return change
  }

  /// Returns the command that resets a property to QEMU's default; nil if only a restart can reset it.
  static func reset(_ finding: Finding) -> Change.Command? {
    rows.lazy.filter { $0.option == finding.option && $0.covers(finding.property) }
      .compactMap { $0.reset(finding) }.first
  }

  static func occurrence(of finding: Finding, in wanted: QEMUConfiguration) -> Occurrence? {
    let own = wanted.occurrences.filter { $0.option == finding.option }
    if let named = own.last(where: { $0.liveID == finding.instance }) { return named }
    // An occurrence without a name is identified by its index.
    if let place = Int(finding.instance), own.indices.contains(place), own[place].liveID == nil {
      return own[place]
    }
    return own.allSatisfy { $0.liveID == nil } ? own.last : nil
  }

  struct Row {
    let option: String
    /// The names of the properties; empty if the row applies to every property of the option.
    let properties: Set<String>
    /// The function that returns the command for QEMU's default; nil if only a restart resets the property.
    var reset: @Sendable (Finding) -> Change.Command? = { _ in nil }
    /// The function that returns the commands that restore the previous value after a failure.
    var rollbackCommands: @Sendable (LiveInventory) -> [Change.Command] = { _ in [] }
    /// The function that returns the reason why the change cannot be made live, and whether a restart can make it; nil
    /// if it can be made live.
    var impediment:
      @Sendable (Finding, QEMUConfiguration, _ known: [Occurrence], LiveInventory) -> (ChangeKind, String)? =
        {
          _, _, _, _ in nil
        }
    let commands: @Sendable (Finding, Occurrence?, LiveInventory) -> [Change.Command]?

    func covers(_ property: String) -> Bool {
      // A name that ends with a dot covers the numbered elements of a list.
      properties.isEmpty || properties.contains(property)
        || properties.contains { $0.hasSuffix(".") && property.hasPrefix($0) }
    }
  }
}
