import QEMU

/// Which virtual machine something is said of: the `vm` member of every document.
struct MachineSummary {
  let record: MachineRecord
  let state: String

  private var architecture: String? { (try? QEMUBinary(finding: record.binary))?.architecture }

  var json: JSONObject {
    [
      "name": .string(record.name), "pid": .integer(Int64(record.process.pid)),
      "qemu": .string(record.binary),
      "version": .string(record.version), "arch": architecture.map(JSON.string) ?? .null,
      "state": .string(state),
    ]
  }

  var line: String {
    "\(record.name): QEMU \(record.version) (\(architecture ?? record.binary)), pid \(record.process.pid), \(state)"
  }
}
