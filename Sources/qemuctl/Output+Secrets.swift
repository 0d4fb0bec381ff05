import QEMU
import Synchronization

/// A command on recorded virtual machines, whose secrets are redacted in its output.
protocol RecordedMachineCommand {
  var state: StateOptions { get }
  /// The names of the virtual machines.
  var machineNames: [String] { get }
}

/// A command on one recorded virtual machine.
protocol TargetCommand: RecordedMachineCommand {
  var target: MachineArgument { get }
}

extension TargetCommand {
  var machineNames: [String] { [target.name] }
}

extension Output {
  private static let redaction = Mutex(Redaction())

  /// Redacts secrets in all output from now on.
  static func conceal(_ added: Redaction) {
    if !added.isEmpty { redaction.withLock { $0.formUnion(added) } }
  }

  /// Redacts the secrets of recorded virtual machines in all output from now on.
  static func conceal(recordedBy command: any RecordedMachineCommand) {
    conceal(recordedBy: command.machineNames, in: command.state.directory)
  }

  /// Redacts the secrets of recorded virtual machines in all output from now on.
  static func conceal(recordedBy names: [String], in state: StateDirectory) {
    for name in names {
      // The command itself reports a name without a record.
      guard let name = try? MachineName(name), let record = try? MachineRecord(of: name, in: state) else {
        continue
      }
      conceal(record.redaction)
    }
  }

  /// Stops the redaction: the user requested the output with its secrets.
  static func disclose() { redaction.withLock { $0 = Redaction() } }

  /// Returns a text with the known secrets redacted.
  static func struck(_ text: String) -> String { redaction.withLock { $0 }.redacting(text) }

  /// Returns a report that redacts the known secrets in its documents.
  static func struck(_ report: VerificationReport) -> VerificationReport {
    var report = report
    report.redaction.formUnion(redaction.withLock { $0 })
    return report
  }

  /// Returns a document with the known secrets redacted.
  static func struck(_ json: JSON) -> JSON { redaction.withLock { $0 }.redacting(json) }
}
