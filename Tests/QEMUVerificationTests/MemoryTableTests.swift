import QEMUCommandLine
import QEMUJSON
import Testing

@testable import QEMUVerification

/// The tables in which QEMU tells the guest of its memory.
@Suite struct MemoryTableTests {
  @Test(arguments: RecordedObservation.all("held"))
  func eachContraryRequestIsADrift(recording: RecordedObservation) throws {
    let changes: [(String, String, property: String)] = [
      ("val=21", "val=22", "val"), ("initiator=0,target=1", "initiator=1,target=1", "initiator"),
      ("latency=10", "latency=11", "latency"), ("bandwidth=100M", "bandwidth=101M", "bandwidth"),
      ("nodeid=1,memdev=m1,initiator=0", "nodeid=1,memdev=m1,initiator=1", "initiator"),
      ("direct", "complex", "associativity"), ("policy=write-back", "policy=write-through", "policy"),
      ("line=8", "line=16", "line"), ("size=10K", "size=20K", "size"), ("level=1", "level=2", "level"),
    ]
    var count = 0
    for change in changes {
      let contrary = recording.requested.map {
        $0.contains("size=10K") && change.property == "size" || change.property != "size"
          ? $0.replacing(change.0, with: change.1) : $0
      }
      if contrary == recording.requested { continue }
      count += 1
      let report = try Verification(of: QEMUConfiguration(arguments: contrary)).judge(recording.observation)
      #expect(report.drifts.contains { $0.option == "numa" && $0.property == change.property }, "\(change)")
    }
    #expect(count == (recording.requested.contains { $0.contains("hmat-lb") } ? changes.count : 1))
  }

  @Test func aTableThatEndsTooSoonHasNoMoreThanItHas() throws {
    for recording in RecordedObservation.all("held") {
      for variable in [HeterogeneousMemoryTable.variable, DistanceTable.variable] {
        guard case .text(let text)? = recording.observation.globals[variable] else { continue }
        let bytes = try #require(Hexadecimal.bytes(text))
        for count in 0...bytes.count {
          let short = Array(bytes.prefix(count))
          #expect(HeterogeneousMemoryTable(short).localities.count <= 4)
          _ = DistanceTable(short).distance(from: 1, to: .max)
        }
      }
    }
  }

  @Test func aTableOfNonsenseIsRead() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let bytes = (0..<200).map { _ in UInt8.random(in: 0...3, using: &generator) &* 85 }
      _ = HeterogeneousMemoryTable(bytes).caches
      _ = DistanceTable(bytes).distance(from: 1, to: 2)
    }
  }
}
