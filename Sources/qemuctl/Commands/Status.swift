import ArgumentParser
import QEMU

struct List: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the virtual machines.", discussion: "  qemuctl list --format json")

  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  func run() async throws {
    let directory = state.directory
    let statuses = await statuses(of: try directory.names(), in: directory)
    switch format.format {
    case .json, .yaml: Output.document(["vms": .array(statuses.map { .object($0.json) })], format.format)
    case .table:
      Output.table([["NAME", "STATE", "PID", "ACCELERATOR", "VERDICT", "QEMU"]] + statuses.map(\.row))
    }
  }

  /// Asks all at once, so that one that does not answer holds up no other.
  private func statuses(of names: [String], in directory: StateDirectory) async -> [MachineStatus] {
    await withTaskGroup(of: MachineStatus?.self) { group in
      for name in names {
        group.addTask {
          // One that vanishes while it is listed is no longer there to be listed.
          guard let name = try? MachineName(name) else { return nil }
          do throws(LifecycleError) {
            return try await MachineStatus.read(name, in: directory)
          } catch {
            if error.code != .noSuchMachine { _ = Output.report(error) }
            return nil
          }
        }
      }
      var statuses: [MachineStatus] = []
      for await status in group { if let status { statuses.append(status) } }
      return statuses.sorted { $0.record.name < $1.record.name }
    }
  }
}

struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the state of a virtual machine.",
    discussion: """
      Answers in bounded time, also where QEMU does not.
        qemuctl status web
      """)

  @OptionGroup var target: MachineArgument
  @OptionGroup var state: StateOptions
  @OptionGroup var format: FormatOptions

  func run() async throws {
    let status = try await MachineStatus.read(target.machine, in: state.directory)
    switch format.format {
    case .json, .yaml: Output.document(["vm": .object(status.json)], format.format)
    case .table: Output.table(status.lines)
    }
  }
}

extension MachineStatus {
  var json: JSONObject {
    var object = MachineSummary(record: record, state: state).json
    object["accelerator"] = record.accelerator.map(JSON.string) ?? .null
    object["verdict"] = record.verdict.map(JSON.string) ?? .null
    object["started"] = .integer(record.started)
    object["supervised"] = false
    object["ended"] = ended
    if let remark, isAlive { object["reason"] = .string(remark) }
    return object
  }

  private var ended: JSON {
    if isAlive { return .null }
    var object: JSONObject = ["reason": .string(remark ?? "unknown")]
    switch record.ending?.end {
    case .exited(let code): object["exit"] = .integer(Int64(code))
    case .signalled(let number, _): object["signal"] = .integer(Int64(number))
    default: break
    }
    object["text"] = .string(record.ending?.text ?? "")
    return .object(object)
  }

  fileprivate var row: [String] {
    [
      record.name, state, isAlive ? String(record.process.pid) : "-", record.accelerator ?? "-",
      record.verdict ?? "-", record.version,
    ]
  }

  fileprivate var lines: [[String]] {
    [
      ["name", record.name], ["state", state + (remark.map { " (\($0))" } ?? "")],
      ["pid", isAlive ? String(record.process.pid) : "-"], ["accelerator", record.accelerator ?? "-"],
      ["verdict", record.verdict ?? "-"], ["qemu", "\(record.binary) \(record.version)"],
      ["command", record.command.map(quoted).joined(separator: " ")],
    ]
  }
}
