import QEMU
import QEMUJSON
import Testing

/// A virtual machine that is as it was asked for is changed by a command, and the report says so.
@Suite struct DriftBehindTests {
  struct Change: Sendable, CustomTestStringConvertible {
    /// The options of the start, after the machine.
    let line: String
    /// The QMP command that changes the virtual machine, with its arguments in JSON.
    let command: String
    /// The property that drifts; `observed` is its value then, empty for any.
    let property: String
    let observed: String

    init(_ line: String, _ command: String, _ property: String, _ observed: String) {
      (self.line, self.command, self.property, self.observed) = (line, command, property, observed)
    }

    var testDescription: String { "\(property) by \(command.prefix { $0 != " " })" }
  }

  static let changes: [Change] = [
    Change(
      "-device virtio-scsi-pci,id=s -drive if=none,id=d,driver=null-co -device scsi-hd,drive=d,id=disk,bus=s.0",
      #"device_del {"id": "disk"}"#, "device.driver", "no such device"),
    Change("-netdev user,id=n", #"netdev_del {"id": "n"}"#, "netdev.type", "no such backend"),
    Change(
      "-chardev null,id=c", #"chardev-remove {"id": "c"}"#, "chardev.backend", "no such character device"),
    Change(
      "-chardev null,id=c",
      #"chardev-change {"id": "c", "backend": {"type": "pty", "data": {}}}"#, "chardev.backend", "pty"),
    Change(
      "-object iothread,id=t,poll-max-ns=77", #"object-del {"id": "t"}"#, "object.poll-max-ns",
      "no such object"),
    Change(
      "-object iothread,id=t,poll-max-ns=77",
      #"qom-set {"path": "/objects/t", "property": "poll-max-ns", "value": 78}"#, "object.poll-max-ns", "78"),
    Change(
      "-object throttle-group,id=g,x-iops-total=100",
      #"qom-set {"path": "/objects/g", "property": "limits", "value": {"iops-total": 101}}"#,
      "object.x-iops-total", "101"),
    Change(
      "-blockdev null-co,node-name=b,read-only=off,detect-zeroes=on",
      #"blockdev-reopen {"options": [{"driver": "null-co", "node-name": "b"}]}"#, "blockdev.detect-zeroes",
      "off"),
    Change(
      "-blockdev null-co,node-name=b", #"blockdev-del {"node-name": "b"}"#, "blockdev.driver", "no such node"),
    Change(
      "-drive if=none,id=d,driver=null-co,throttling.iops-total=7 -device virtio-blk-pci,drive=d,id=v",
      #"block_set_io_throttle {"id": "/machine/peripheral/v/virtio-backend", "bps": 0, "bps_rd": 0, "bps_wr": 0, "iops": 8, "iops_rd": 0, "iops_wr": 0}"#,
      "drive.throttling.iops-total", "8"),
    Change(
      "-device virtio-rng-pci,id=r -device virtio-net-pci,id=nic,bootindex=3",
      #"qom-set {"path": "/machine/peripheral/nic", "property": "bootindex", "value": 4}"#,
      "device.bootindex", "4"),
    Change(
      "-netdev user,id=n,hostfwd=tcp:127.0.0.1:0-:22",
      #"human-monitor-command {"command-line": "netdev_del n"}"#, "netdev.hostfwd.0.str", ""),
    Change("-S", #"cont {}"#, "S.S", ""),
  ]

  @Test(arguments: QEMUMatrix.all, changes)
  func whatIsChangedBehindTheReportDrifts(qemu: QEMUUnderTest, change: Change) async throws {
    let line = ["-machine", qemu.machine] + change.line.split(separator: " ").map(String.init)
    try await withMachine(on: qemu, line) { machine in
      let before = try await machine.verify().report.findings.filter {
        "\($0.option).\($0.property)" == change.property
      }
      #expect(before.last?.verdict == .confirmed, "\(before)")
      let (command, arguments) = try change.command.parsed
      _ = try await machine.execute(command, arguments)
      let after = try await machine.verify().report.findings.filter {
        "\($0.option).\($0.property)" == change.property
      }
      if change.property == "S.S" {
        #expect(after.last?.verdict == .unobservable, "a guest may be let run: \(after)")
        return
      }
      #expect(after.last?.verdict == .drifted, "\(after)")
      #expect(change.observed.isEmpty || after.last?.observed == change.observed)
      #expect(after.last?.remedy?.text.isEmpty == false)
    }
  }

  static let held: [Change] = [
    Change("-no-reboot", #"set-action {"reboot": "reset"}"#, "no-reboot.no-reboot", "reset"),
    Change("-no-shutdown", #"set-action {"shutdown": "poweroff"}"#, "no-shutdown.no-shutdown", "poweroff"),
    Change("-action panic=none", #"set-action {"panic": "pause"}"#, "action.panic", "pause"),
  ]

  @Test(arguments: QEMUMatrix.all, held)
  func whatIsChangedInMemoryDriftsToADeepLook(qemu: QEMUUnderTest, change: Change) async throws {
    let line = ["-machine", "none"] + change.line.split(separator: " ").map(String.init)
    try await withMachine(on: qemu, line) { machine in
      #expect(try await machine.verify().report.finding(change.property).verdict == .unobservable)
      let before = try await machine.verify(deep: true).report.finding(change.property)
      #expect(before.verdict == .confirmed, "\(before)")
      #expect(before.tier == .deep)
      let (command, arguments) = try change.command.parsed
      _ = try await machine.execute(command, arguments)
      let after = try await machine.verify(deep: true).report.finding(change.property)
      #expect(after.verdict == .drifted && after.observed == change.observed, "\(after)")
    }
  }
}

extension String {
  fileprivate var parsed: (command: String, arguments: JSONObject) {
    get throws {
      let parts = split(separator: " ", maxSplits: 1).map(String.init)
      let arguments = try #require(JSON.parse(parts[1]).objectValue)
      return (parts[0], arguments)
    }
  }
}
