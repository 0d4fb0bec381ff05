import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// A global is what the devices that inherit its class have, wherever they are in the tree.
@Suite struct GlobalVerdictTests {
  /// A board with a device inside a device, and another that was plugged in.
  private static let tree = """
    /machine (pc-i440fx-10.0-machine)\r
      /peripheral (container)\r
        /n1 (e1000)\r
          /e1000-io[0] (memory-region)\r
        /n2 (e1000)\r
      /unattached (container)\r
        /device[0] (qemu64-x86_64-cpu)\r
        /device[3] (PIIX3)\r
          /pm (PIIX4_PM)\r
            /odd (name)[0] (memory-region)\r
    """
  private static let classes: JSON = [
    ["name": "device", "abstract": true, "parent": "object"],
    ["name": "pci-device", "abstract": true, "parent": "device"],
    ["name": "e1000-base", "abstract": true, "parent": "pci-device"],
    ["name": "e1000", "parent": "e1000-base"], ["name": "rtl8139", "parent": "pci-device"],
    ["name": "PIIX4_PM", "parent": "pci-device"], ["name": "PIIX3", "parent": "pci-device"],
  ]
  private static let lists: [(path: String, children: [(name: String, type: String)])] = [
    ("/machine/peripheral", [("n1", "e1000"), ("n2", "e1000")]), ("/machine/peripheral-anon", []),
    ("/machine/unattached", [("device[0]", "qemu64-x86_64-cpu"), ("device[3]", "PIIX3")]),
  ]

  private func finding(
    _ arguments: [String], _ values: [String: JSON] = [:], standardError: String = ""
  ) throws -> Finding {
    var observation = Observation()
    observation.standardError = standardError
    for (path, children) in Self.lists {
      observation.answers[QueryRequest("qom-list", ["path": .string(path)])] = .value(
        .array(children.map { ["name": .string($0.name), "type": .string("child<\($0.type)>")] }))
    }
    observation.answers[QueryRequest("human-monitor-command", ["command-line": "info qom-tree"])] = .value(
      .string(Self.tree))
    observation.answers[QueryRequest("qom-list-types", ["implements": "device", "abstract": true])] = .value(
      Self.classes)
    observation.answers[QueryRequest("qom-list-properties", ["typename": "rtl8139"])] = .value([
      ["name": "multifunction", "type": "bool"]
    ])
    for (place, value) in values {
      let parts = place.split(separator: " ").map(String.init)
      observation.answers[
        QueryRequest("qom-get", ["path": .string(parts[0]), "property": .string(parts[1])])] =
        .value(value)
    }
    let report = try Verification(of: QEMUConfiguration(arguments: arguments)).judge(observation)
    return try #require(report.findings.first { $0.option == "global" })
  }

  @Test func aDeviceInsideADeviceTakesIt() throws {
    let place = "/machine/unattached/device[3]/pm disable_s3"
    #expect(try finding(["-global", "PIIX4_PM.disable_s3=1"], [place: 1]).verdict == .confirmed)
    #expect(try finding(["-global", "PIIX4_PM.disable_s3=1"], [place: 0]).verdict == .drifted)
  }

  @Test(arguments: ["pci-device", "e1000-base"])
  func aDeviceOfADerivedClassTakesIt(driver: String) throws {
    let place = "/machine/peripheral/n1 multifunction"
    #expect(try finding(["-global", "\(driver).multifunction=on"], [place: true]).verdict == .confirmed)
    #expect(try finding(["-global", "\(driver).multifunction=on"], [place: false]).verdict == .drifted)
  }

  @Test func aClassThatIsNotThereIsADriftWithTheNearest() throws {
    let finding = try finding(["-global", "e1001.foo=1"])
    #expect(finding.verdict == .drifted && finding.observed == "no such class")
    #expect(finding.remedy?.text.contains("e1000") == true)
  }

  @Test func aPropertyThatNoDeviceCanHaveIsADrift() throws {
    #expect(try finding(["-global", "rtl8139.nosuch=1"]).verdict == .drifted)
    // One that is there waits for a device that is plugged in.
    let waiting = try finding(
      ["-global", "rtl8139.multifunction=on"],
      standardError: "qemu: warning: global rtl8139.multifunction=on not used\n")
    #expect(waiting.verdict == .unobservable)
    #expect(waiting.reason?.contains("not used") == true)
  }

  @Test func aDeviceThatNamesThePropertyItselfIsNotAsked() throws {
    let line = ["-device", "e1000,id=n1,mac=52:54:00:00:00:01", "-global", "e1000.mac=52:54:00:00:00:02"]
    let values: [String: JSON] = [
      "/machine/peripheral/n1 mac": "52:54:00:00:00:01", "/machine/peripheral/n2 mac": "52:54:00:00:00:02",
    ]
    #expect(try finding(line, values).verdict == .confirmed)
  }

  @Test func aLaterGlobalOfADerivedClassWins() throws {
    let line = ["-global", "pci-device.romfile=a", "-global", "e1000.romfile=b"]
    let values: [String: JSON] = [
      "/machine/peripheral/n1 romfile": "b", "/machine/unattached/device[3] romfile": "a",
    ]
    #expect(try finding(line, values).verdict == .confirmed)
  }
}
