import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// Files, descriptors and other programs of the host that QEMU was given.
@Suite struct HostOptionVerdictTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let query: QueryRequest
    let answer: JSON
    let property: String
    let verdict: Verdict

    init(_ line: String, _ query: QueryRequest, _ answer: JSON, _ property: String, _ verdict: Verdict) {
      arguments = line.split(separator: " ").map(String.init)
      (self.query, self.answer, self.property, self.verdict) = (query, answer, property, verdict)
    }

    var testDescription: String { "\(arguments.joined(separator: " ")) by \(answer)" }
  }

  private static let sets = QueryRequest("query-fdsets")
  private static let set: JSON = [["fdset-id": 7, "fds": [["fd": 11, "opaque": "kvm"]]]]
  private static let tpm = QueryRequest("query-tpm")
  private static let emulator: JSON = [
    ["id": "t", "model": "tpm-crb", "options": ["type": "emulator", "data": ["chardev": "ct"]]]
  ]
  private static let chardevs = QueryRequest("query-chardev")
  private static let board = QueryRequest("qom-list", ["path": "/machine/unattached"])

  static let rows = [
    Row("-add-fd fd=9,set=7,opaque=kvm", sets, set, "set", .confirmed),
    Row("-add-fd fd=9,set=7,opaque=kvm", sets, set, "fd", .confirmed),
    Row("-add-fd fd=9,set=7,opaque=kvm", sets, set, "opaque", .confirmed),
    Row("-add-fd fd=9,set=7,opaque=other", sets, set, "opaque", .drifted),
    Row("-add-fd fd=9,set=8", sets, set, "set", .drifted),
    Row("-add-fd fd=9,set=7 -add-fd fd=10,set=7", sets, set, "fd", .drifted),
    Row("-tpmdev emulator,id=t,chardev=ct", tpm, emulator, "chardev", .confirmed),
    Row("-tpmdev emulator,id=t,chardev=other", tpm, emulator, "chardev", .drifted),
    Row("-tpmdev passthrough,id=t,path=/dev/tpm0", tpm, emulator, "path", .unobservable),
    Row("-tpmdev emulator,id=u,chardev=ct", tpm, emulator, "chardev", .unobservable),
    Row("-monitor none", chardevs, [["label": "serial0", "filename": "null"]], "monitor", .confirmed),
    Row("-monitor none", chardevs, [["label": "compat_monitor0", "filename": "vc"]], "monitor", .drifted),
    Row(
      "-monitor none -qmp null", chardevs, [["label": "compat_monitor0", "filename": "null"]], "monitor",
      .confirmed),
    Row(
      "-usbdevice tablet", board, [["name": "device[3]", "type": "child<usb-tablet>"]], "usbdevice",
      .confirmed),
    Row(
      "-usbdevice mouse", board, [["name": "device[3]", "type": "child<usb-tablet>"]], "usbdevice", .drifted),
    Row(
      "-display none,window-close=off", QueryRequest("query-display-options"),
      ["type": "none", "window-close": false], "window-close", .unobservable),
    Row(
      "-display gtk,window-close=off", QueryRequest("query-display-options"),
      ["type": "gtk", "window-close": false],
      "window-close", .confirmed),
    Row(
      "-device virtio-rng-pci,id=r,max-bytes=1,max-bytes=2",
      QueryRequest("qom-get", ["path": "/machine/peripheral/r", "property": "max-bytes"]), 2, "max-bytes",
      .confirmed),
  ]

  @Test(arguments: rows)
  func whatTheHostGaveIsSeen(row: Row) throws {
    var observation = Observation()
    observation.answers[row.query] = .value(row.answer)
    observation.answers[QueryRequest("qom-list", ["path": "/machine/peripheral"])] = .value([
      ["name": "r", "type": "child<virtio-rng-pci>"]
    ])
    let finding = try finding(row.arguments, row.property, observation)
    #expect(finding.verdict == row.verdict, "\(finding)")
  }

  static let files: [(line: String, name: String, verdict: Verdict)] = [
    ("-D /tmp/log", "/tmp/log", .confirmed), ("-D log", "/srv/log", .confirmed),
    ("-D /tmp/log", "/tmp/log.1", .unobservable), ("-perfmap", "/tmp/perf-17.map", .confirmed),
    ("-perfmap", "/tmp/perf-x.map", .drifted), ("-jitdump", "/srv/jit-17.dump", .confirmed),
  ]

  @Test(arguments: files)
  func aFileThatIsWrittenToIsOpen(row: (line: String, name: String, verdict: Verdict)) throws {
    var observation = Observation()
    observation.host[.descriptors] = .text("5 0:0 \(row.name)")
    let arguments = row.line.split(separator: " ").map(String.init)
    let finding = try finding(arguments, String(arguments[0].dropFirst()), observation)
    #expect(finding.verdict == row.verdict, "\(finding)")
  }

  /// CPUID has the same leaves with and without them.
  @Test(arguments: ["pmu=on", "tsc-frequency=1000000000", "host-phys-bits=on", "kvm=on", "hv-relaxed=on"])
  func whatTCGOffersToNoGuestIsUnobservable(feature: String) throws {
    let name = String(feature.prefix { $0 != "=" })
    var observation = Observation()
    observation.answers[QueryRequest("query-accelerators")] = .value(["enabled": "tcg", "present": ["tcg"]])
    observation.answers[QueryRequest("query-cpus-fast")] = .value([
      ["qom-path": "/cpu", "thread-id": 7, "target": "x86_64", "cpu-index": 0]
    ])
    for (property, value) in [(name, JSON.bool(true)), ("unavailable-features", [])] {
      observation.answers[QueryRequest("qom-get", ["path": "/cpu", "property": .string(property)])] = .value(
        value)
    }
    if name == "tsc-frequency" {
      observation.answers[QueryRequest("qom-get", ["path": "/cpu", "property": .string(name)])] = .value(
        1_000_000_000)
    }
    let finding = try finding(["-accel", "tcg", "-cpu", "max,\(feature)"], name, observation)
    #expect(finding.verdict == .unobservable, "\(finding)")
  }

  private func finding(
    _ arguments: [String], _ property: String, _ observation: Observation
  ) throws -> Finding {
    let report = try Verification(of: QEMUConfiguration(arguments: arguments)).judge(observation)
    return try #require(report.findings.first { $0.property == property })
  }
}
