import QEMU

/// The summary of a virtual machine: the member `vm` of each document.
struct MachineSummary {
  /// The name; nil for a QEMU that was specified by its pid or its socket.
  var name: String?
  var pid: Int32?
  var qemu: String?
  var version: String?
  /// A run state of QEMU, or `stopped`, `failed`, `stuck`, `foreign` or `unknown`.
  var state: String
  /// The reason for the state; nil if it needs none.
  var reason: String?

  private var architecture: String? { qemu.flatMap { try? QEMUBinary(finding: $0) }?.architecture }

  var json: JSONObject {
    var object: JSONObject = [
      "name": name.map(JSON.string) ?? .null, "pid": pid.map { .integer(Int64($0)) } ?? .null,
      "qemu": qemu.map(JSON.string) ?? .null, "version": version.map(JSON.string) ?? .null,
      "arch": architecture.map(JSON.string) ?? .null, "state": .string(state),
    ]
    object["reason"] = reason.map(JSON.string)
    return object
  }

  private var explainedState: String { reason.map { "\(state) (\($0))" } ?? state }

  var line: String {
    let program = ["QEMU", version].compactMap(\.self).joined(separator: " ")
    let kind = (architecture ?? qemu).map { "\(program) (\($0))" } ?? program
    return [name.map { "\($0): \(kind)" } ?? kind, pid.map { "pid \($0)" }, explainedState].compactMap(\.self)
      .joined(separator: ", ")
  }
}

extension MachineSummary {
  init(_ status: MachineStatus) {
    self.init(record: status.record, state: status.state, reason: status.mayBeRunning ? status.remark : nil)
    if !status.mayBeRunning { pid = nil }
  }

  init(record: MachineRecord, state: MachineState, reason: String? = nil) {
    self.init(
      name: record.name, pid: record.process.pid, qemu: record.binary, version: record.version,
      state: state.description, reason: reason)
  }

  init(record: MachineRecord, state: RunState) { self.init(record: record, state: .live(state)) }
}

extension MachineSummary {
  /// Takes the version and the run state from a monitor that answered, or else the reason why it did not.
  mutating func note(
    _ monitor: (version: String, state: RunState)?, of qemu: UnmanagedQEMU, _ observation: Observation
  ) {
    if let monitor {
      (version, state) = (monitor.version, monitor.state.text)
    } else {
      if case .free = qemu.monitor { state = "stuck" }
      reason = reason ?? observation.unansweredReason ?? observation.monitorUnavailability?.reason
    }
  }
}

extension Observation {
  /// The reason why QEMU did not answer in time; nil if it answered.
  var unansweredReason: String? { unanswered.values.min() }
}
