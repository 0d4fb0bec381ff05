import ArgumentParser
import QEMU

struct List: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the virtual machines in the state directory.",
    discussion: "  qemuctl list --format json")

  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  func run() async throws {
    let machines = try await state.directory.statuses()
    for machine in machines { conceal(machine) }
    switch format.format {
    case .json, .yaml: Output.document(["vms": .array(machines.map { .object($0.json) })], format.format)
    case .table:
      Output.table(
        [["NAME", "STATE", "PID", "ACCELERATOR", "VERDICT", "QEMU"]] + machines.map(\.row), verdictColumn: 4)
    }
    let failures = machines.compactMap(\.failure)
    tell(failures)
    // A virtual machine that another command is using is not a failure.
    if failures.contains(where: { $0.code != .busy }) { throw ExitStatus.failed }
  }

  /// Redacts the secrets of a virtual machine. Finding them takes longer than reading its status, so it is done only if
  /// there is a text that may repeat them.
  private func conceal(_ machine: ListedMachine) {
    switch machine.status {
    case .success(let status) where status.remark == nil && status.failure == nil: return
    case .success(let status): Output.conceal(status.record.redaction)
    case .failure: Output.conceal(recordedBy: [machine.name.description], in: state.directory)
    }
  }

  /// Prints each reason once: many virtual machines may share it.
  private func tell(_ failures: [LifecycleError]) {
    var told: Set<String> = []
    for failure in failures where told.insert(failure.summary).inserted {
      Output.note(([failure.summary] + failure.evidence).joined(separator: "; "), remedy: failure.remedy)
    }
  }
}

extension ListedMachine {
  fileprivate var row: [String] {
    switch status {
    case .success(let status): status.row
    case .failure: [name.description, "unknown", "-", "-", "-", "-"]
    }
  }

  fileprivate var json: JSONObject {
    switch status {
    case .success(let status): return status.json
    case .failure(let error):
      var object = MachineSummary(name: name.description, state: "unknown", reason: error.summary).json
      for member in ["accelerator", "verdict", "started", "supervised", "restart", "sockets", "ended"] {
        object[member] = .null
      }
      return object
    }
  }
}
