import QEMU
import QEMULifecycle
import QMP
import RandomValues
import Testing

/// Random values, written by this library and read by QEMU: the running QEMU shows each as what it was.
@Suite struct RandomLineTests {
  private static let lines = 24

  @Test(arguments: QEMUMatrix.x86)
  func whatIsWrittenIsWhatQEMUReads(qemu: QEMUUnderTest) async throws {
    try await withThrowingTaskGroup { group in
      for seed in 0..<UInt64(Self.lines) {
        group.addTask { try await Self.draw(seed, qemu) }
      }
      try await group.waitForAll()
    }
  }

  private static func draw(_ seed: UInt64, _ qemu: QEMUUnderTest) async throws {
    await Turnstile.processors.enter()
    defer { Task { await Turnstile.processors.leave() } }
    let line = try RandomLine(seed: seed)
    let arguments = try line.configuration.arguments()
    #expect(try QEMUConfiguration(arguments: arguments) == line.configuration)
    let probe = try await QEMUProbe.start(qemu.path, arguments)
    do throws(QMPError) {
      _ = try await probe.negotiate(timeout: .seconds(60))
      for shown in line.shown {
        let reply = try await probe.session.execute(shown.command, arguments: shown.arguments)
        #expect(shown.member.reduce(reply) { $0[$1] ?? nil } == shown.value, "\(shown) of \(arguments)")
      }
    } catch {
      Issue.record("\(error): \(probe.standardError): \(arguments)")
    }
    await probe.end()
  }
}

/// A command line, and what a QEMU that was started with it shows.
private struct RandomLine {
  struct Shown {
    let command: String
    let arguments: JSONObject
    /// The way to the value in the reply.
    let member: [String]
    let value: JSON
  }

  private(set) var configuration = QEMUConfiguration()
  private(set) var shown: [Shown] = []
  private var values: OptionValues

  init(seed: UInt64) throws {
    values = OptionValues(seed: seed)
    try addNames()
    try addObjects()
    try addDevices()
  }

  private mutating func add(_ occurrence: Occurrence) { configuration.occurrences.append(occurrence) }

  private mutating func expect(_ path: String, _ property: String, _ value: JSON) {
    shown.append(
      Shown(
        command: "qom-get", arguments: ["path": .string(path), "property": .string(property)], member: [],
        value: value))
  }

  private mutating func addNames() throws {
    let text = values.text()
    add(Occurrence(MachineOption(type: "pc", ["dt-compatible": text])))
    expect("/machine", "dt-compatible", .string(text))
    let guest = values.text()
    add(Occurrence(Properties<NameOption> { $0.guest = guest }))
    shown.append(Shown(command: "query-name", arguments: [:], member: ["name"], value: .string(guest)))
    let megabytes: Int64 = values.chance(2) ? 64 : 96
    add(Occurrence(Properties<MemoryOption> { $0["size"] = "\(megabytes)M" }))
    shown.append(
      Shown(
        command: "query-memory-size-summary", arguments: [:], member: ["base-memory"],
        value: .integer(megabytes << 20)))
  }

  /// As properties, as JSON, and a list of objects as either.
  private mutating func addObjects() throws {
    let (identity, other) = (values.text(), values.text())
    let simple: JSONObject = ["qom-type": "authz-simple", "id": "simple", "identity": .string(identity)]
    add(Occurrence(try QAPIArgument<ObjectOption>(members: simple, unknownNames: .refused)))
    expect("/objects/simple", "identity", .string(identity))
    let asJSON: JSONObject = ["qom-type": "authz-simple", "id": "json", "identity": .string(other)]
    add(
      Occurrence(
        try QAPIArgument<ObjectOption>(text: JSON.object(asJSON).serialized(), unknownNames: .refused)))
    expect("/objects/json", "identity", .string(other))
    let rules: JSON = .array(
      (0..<2).map { _ in
        ["match": .string(values.text()), "policy": "allow", "format": values.chance(2) ? "glob" : "exact"]
      })
    let list: JSONObject = ["qom-type": "authz-list", "id": "list", "policy": "deny", "rules": rules]
    add(Occurrence(try QAPIArgument<ObjectOption>(members: list, unknownNames: .refused)))
    expect("/objects/list", "rules", rules)
  }

  private mutating func addDevices() throws {
    add(Occurrence(DeviceOption("virtio-serial-pci", id: "bus")))
    // No two ports of a bus may have one name.
    let texts = (0..<4).map { "\($0)\(values.text())" }
    add(Occurrence(GlobalProperty(driver: "virtserialport", property: "name", value: texts[0])))
    add(Occurrence(DeviceOption("virtserialport", id: "p0")))
    add(Occurrence(DeviceOption("virtserialport", id: "p1", ["name": texts[1]])))
    add(
      Occurrence(
        DeviceOption(json: ["driver": "virtserialport", "id": "p2", "name": .string(texts[2])])))
    add(Occurrence(DeviceOption("virtserialport", id: "p3", ["name": "before"])))
    add(Occurrence(SetProperty(group: "device", id: "p3", property: "name", value: texts[3])))
    for (index, text) in texts.enumerated() {
      expect("/machine/peripheral/p\(index)", "name", .string(text))
    }
  }
}
