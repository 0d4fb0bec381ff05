import QEMUCommandLine
import Testing

/// The name that was probably meant.
@Suite struct NearestNameTests {
  static let names = [
    "q35", "pc", "microvm", "start", "status", "stop", "host", "max", "e1000", "query-status",
  ]

  @Test(arguments: [
    ("q53", "q35"), ("strat", "start"), ("stauts", "status"), ("hozt", "host"), ("e1001", "e1000"),
    ("cp", "pc"),
    ("query-staus", "query-status"), ("micorvm", "microvm"), ("START", "start"),
  ])
  func aSlipIsForgiven(word: String, name: String) {
    #expect(nearestName(to: word, in: Self.names) == name)
  }

  @Test(arguments: ["", "x", "virtio", "armvirt", "zz", String(repeating: "q", count: 100)])
  func whatIsFarFromEverythingIsNoSlip(word: String) {
    #expect(nearestName(to: word, in: Self.names) == nil)
  }
}
