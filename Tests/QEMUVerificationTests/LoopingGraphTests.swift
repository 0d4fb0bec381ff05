import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// A graph of block nodes that no QEMU has is judged to its end.
@Suite struct LoopingGraphTests {
  @Test(.timeLimit(.minutes(20)), arguments: ["qcow2", "mirror_top"])
  func nodesThatBackEachOtherAreWalkedOnce(driver: String) throws {
    var observation = Observation()
    observation.answers[QueryRequest("query-named-block-nodes", ["flat": true])] = .value([
      ["node-name": "a", "drv": .string(driver), "file": "/a", "ro": false],
      ["node-name": "b", "drv": .string(driver), "file": "/b", "ro": false],
    ])
    observation.answers[QueryRequest("x-debug-query-block-graph")] = .value([
      "nodes": [["id": 1, "name": "a"], ["id": 2, "name": "b"]],
      "edges": [
        ["parent": 1, "child": 2, "name": "backing"], ["parent": 2, "child": 1, "name": "backing"],
      ],
    ])
    observation.answers[QueryRequest("qom-list", ["path": "/machine/peripheral"])] = .value([
      ["name": "d", "type": "child<virtio-blk-pci>"]
    ])
    observation.answers[QueryRequest("qom-get", ["path": "/machine/peripheral/d", "property": "drive"])] =
      .value("b")
    let arguments = [
      "-blockdev", "qcow2,node-name=a,file=x", "-device", "virtio-blk-pci,id=d,drive=a",
    ]
    let report = try Verification(of: QEMUConfiguration(arguments: arguments)).judge(observation)
    #expect(report.findings.first { $0.property == "node-name" }?.verdict == .confirmed)
  }
}
