import ArgumentParser
import QEMU
import QMP

struct List: AsyncParsableCommand, RecordedMachineCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the virtual machines.", discussion: "  qemuctl list --format json")

  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  var machineNames: [String] { (try? state.directory.names()) ?? [] }

  func run() async throws {
    let directory = state.directory
    let machines = try await Self.machines(named: try directory.names(), in: directory)
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

  /// Prints each reason once: many virtual machines may share it.
  private func tell(_ failures: [LifecycleError]) {
    var told: Set<String> = []
    for failure in failures where told.insert(failure.summary).inserted {
      Output.note(([failure.summary] + failure.evidence).joined(separator: "; "), remedy: failure.remedy)
    }
  }

  /// Reads several virtual machines at once, so that one that does not answer delays few others. Each needs a few
  /// descriptors.
  private static func machines(
    named names: [String], in directory: StateDirectory
  ) async throws -> [ListedMachine] {
    let width = max(1, min(16, (DescriptorLimit.current - 32) / 4))
    return try await withThrowingTaskGroup(of: ListedMachine?.self) { group in
      var machines: [ListedMachine] = []
      for (index, name) in names.enumerated() {
        if index >= width, let machine = try await group.next() { machines += [machine].compactMap(\.self) }
        group.addTask { try await ListedMachine(name, in: directory) }
      }
      for try await machine in group { machines += [machine].compactMap(\.self) }
      return machines.sorted { $0.name < $1.name }
    }
  }
}

/// A row of the list: the status of a virtual machine, or the error if it cannot be read.
private struct ListedMachine: Sendable {
  let name: String
  let result: Result<MachineStatus, LifecycleError>

  /// Reads the status; nil if the virtual machine was removed meanwhile.
  init?(_ name: String, in directory: StateDirectory) async throws {
    self.name = name
    do throws(LifecycleError) {
      result = .success(try await MachineStatus.read(MachineName(name), in: directory))
    } catch {
      switch error.code {
      case .noSuchMachine: return nil
      case .cancelled: throw error
      default: result = .failure(error)
      }
    }
  }

  var failure: LifecycleError? {
    switch result {
    case .success(let status): status.failure
    case .failure(let error): error
    }
  }

  var row: [String] {
    switch result {
    case .success(let status): status.row
    case .failure: [name, "unknown", "-", "-", "-", "-"]
    }
  }

  var json: JSONObject {
    switch result {
    case .success(let status): return status.json
    case .failure(let error):
      var object = MachineSummary(name: name, state: "unknown", reason: error.summary).json
      for member in ["accelerator", "verdict", "started", "supervised", "ended"] { object[member] = .null }
      return object
    }
  }
}
