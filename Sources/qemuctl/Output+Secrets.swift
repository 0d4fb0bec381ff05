import QEMU
import Synchronization

/// A command that works on recorded virtual machines, whose secrets it must not show.
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

  /// Strikes secrets out of all that is printed from now on.
  static func conceal(_ added: Redaction) {
    if !added.isEmpty { redaction.withLock { $0.formUnion(added) } }
  }

  /// Strikes the secrets of recorded virtual machines out of all that is printed from now on.
  static func conceal(recordedBy command: any RecordedMachineCommand) {
    for name in command.machineNames {
      // A name without a record is told of by the command itself.
      guard let name = try? MachineName(name),
        let record = try? MachineRecord(of: name, in: command.state.directory)
      else { continue }
      conceal(record.redaction)
    }
  }

  /// Prints all from now on as it is: it is the user's own, and asked for.
  static func disclose() { redaction.withLock { $0 = Redaction() } }

  /// A text without the secrets that are known.
  static func struck(_ text: String) -> String { redaction.withLock { $0 }.striking(text) }

  /// A report whose documents are without the secrets that are known.
  static func struck(_ report: VerificationReport) -> VerificationReport {
    var report = report
    report.redaction.formUnion(redaction.withLock { $0 })
    return report
  }

  /// A document without the secrets that are known.
  static func struck(_ json: JSON) -> JSON { redaction.withLock { $0 }.striking(json) }
}
