import QEMU

extension MachineStatus {
  var json: JSONObject {
    var object = MachineSummary(self).json
    object["accelerator"] = record.accelerator.map { .string($0.description) } ?? .null
    object["verdict"] = record.verdict.map(JSON.string) ?? .null
    object["started"] = .integer(record.started)
    object["supervised"] = supervisor.map { $0.pid.map { .integer(Int64($0)) } ?? .bool(true) } ?? .null
    object["restart"] =
      supervisor.map { supervisor in
        ["policy": .string(supervisor.restart.rawValue), "count": .integer(Int64(supervisor.restartCount))]
      } ?? .null
    object["sockets"] =
      sockets.map { sockets in
        ["qmp": .string(sockets.readWrite), "qmp-ro": .string(sockets.readOnly)]
      } ?? .null
    object["ended"] = ended
    object["warning"] = warning.map(JSON.string)
    return object
  }

  private var ended: JSON {
    if mayBeRunning { return .null }
    var object: JSONObject = ["reason": .string(remark ?? "unknown")]
    switch record.ending?.end {
    case .exited(let code): object["exit"] = .integer(Int64(code))
    case .signalled(let number, _): object["signal"] = .integer(Int64(number))
    default: break
    }
    object["text"] = .string(record.ending?.text ?? "")
    return .object(object)
  }

  var row: [String] {
    [
      record.name, state.description, mayBeRunning ? String(record.process.pid) : "-",
      record.accelerator?.description ?? "-",
      record.verdict ?? "-", record.version,
    ]
  }

  /// The supervisor's process, and its restarts.
  private var supervision: String {
    guard let supervisor else { return "-" }
    var parts = [supervisor.pid.map { "pid \($0)" } ?? "running", "restart \(supervisor.restart.rawValue)"]
    if supervisor.restartCount > 0 { parts.append("\(supervisor.restartCount) restarts") }
    if let delay = supervisor.restartDelay { parts.append("starts QEMU again in \(delay)") }
    return parts.joined(separator: ", ")
  }

  /// The rows of the table of one virtual machine.
  /// - Parameter all: whether QEMU's command line is one of them; it is long.
  func lines(all: Bool) -> [[String]] {
    let command = Redaction(arguments: record.command).arguments.map(quoted).joined(separator: " ")
    let warnings = warning.map { [["warning", $0]] } ?? []
    return [
      ["name", record.name], ["state", state.description + (remark.map { " (\($0))" } ?? "")],
      ["pid", mayBeRunning ? String(record.process.pid) : "-"],
      ["accelerator", record.accelerator?.description ?? "-"],
      ["verdict", record.verdict ?? "-"], ["qemu", "\(record.binary) \(record.version)"],
      ["supervisor", supervision],
    ] + (all ? [["command", command]] : []) + warnings
  }
}
