import QEMUJSON
import Testing

@testable import QEMUCommandLine

/// A size of the shadow MMU that QEMU cuts off or the kernel refuses is known before the start.
@Suite struct ShadowMemoryTests {
  private static let binary = BinaryCapabilities(
    version: "11.1.3", architecture: "x86_64", options: ["accel", "machine", "enable-kvm"], parameters: [:],
    logItems: [], accelerators: ["kvm": ["kvm-shadow-mem": "int"], "tcg": [:]],
    machines: ["q35": .init(alias: nil, isDeprecated: false, maximumCPUs: 288, properties: [:])],
    models: [:], devices: [:], schema: LiveSchema(entities: []))

  private func refusals(_ arguments: [String]) throws -> [CheckFinding] {
    try QEMUConfiguration(arguments: arguments).findings(for: Self.binary).filter { $0.weight == .refused }
  }

  static let refused: [(size: String, words: String)] = [
    ("0", "64 pages"), ("262143", "64 pages"), ("0x1000", "64 pages"), ("2147483648", "32 bits"),
    ("6442450944", "32 bits"), ("17179869184", "32 bits"), ("-2", "32 bits"),
    ("9223372036854775807", "32 bits"),
  ]

  @Test(arguments: refused)
  func aSizeThatTheKernelWouldNotHaveIsRefused(row: (size: String, words: String)) throws {
    for arguments in [
      ["-machine", "q35", "-accel", "kvm,kvm-shadow-mem=\(row.size)"],
      ["-machine", "q35,accel=kvm,kvm-shadow-mem=\(row.size)"],
      ["-machine", "q35,kvm_shadow_mem=\(row.size)", "-enable-kvm"],
    ] {
      let findings = try refusals(arguments)
      #expect(
        findings.count == 1 && findings[0].error.description.contains(row.words), "\(arguments): \(findings)")
      #expect(findings.allSatisfy { !$0.error.remedy.isEmpty })
    }
  }

  @Test(arguments: ["-1", "262144", "4194304", "0x400000", "2147483647"])
  func aSizeThatTheKernelTakesIsNoFinding(size: String) throws {
    #expect(try refusals(["-machine", "q35", "-accel", "kvm,kvm-shadow-mem=\(size)"]).isEmpty)
    #expect(try refusals(["-machine", "q35,kvm-shadow-mem=\(size)", "-accel", "kvm"]).isEmpty)
  }

  @Test func tcgDoesNotReadIt() throws {
    #expect(try refusals(["-machine", "q35,kvm-shadow-mem=6442450944", "-accel", "tcg"]).isEmpty)
  }
}
