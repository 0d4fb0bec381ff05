import QEMU

/// The summary of a virtual machine: the member `vm` of each document.
struct MachineSummary {
  /// The name; nil for a QEMU that was specified by its pid or its socket.
  var name: String?
  var pid: Int32?
  var qemu: String?
  var version: String?
  let state: String

  private var architecture: String? { qemu.flatMap { try? QEMUBinary(finding: $0) }?.architecture }

  var json: JSONObject {
    [
      "name": name.map(JSON.string) ?? .null, "pid": pid.map { .integer(Int64($0)) } ?? .null,
      "qemu": qemu.map(JSON.string) ?? .null, "version": version.map(JSON.string) ?? .null,
      "arch": architecture.map(JSON.string) ?? .null, "state": .string(state),
    ]
  }

  var line: String {
    let program = ["QEMU", version].compactMap(\.self).joined(separator: " ")
    let kind = (architecture ?? qemu).map { "\(program) (\($0))" } ?? program
    return [name.map { "\($0): \(kind)" } ?? kind, pid.map { "pid \($0)" }, state].compactMap(\.self)
      .joined(separator: ", ")
  }
}

extension MachineSummary {
  init(_ status: MachineStatus) {
    self.init(record: status.record, state: status.state)
    if !status.isAlive { pid = nil }
  }

  init(record: MachineRecord, state: MachineState) {
    self.init(
      name: record.name, pid: record.process.pid, qemu: record.binary, version: record.version,
      state: state.description)
  }

  init(record: MachineRecord, state: RunState) {
    self.init(record: record, state: .live(state))
  }
}
