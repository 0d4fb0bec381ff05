import Foundation
import QEMU
import Testing

/// Whole command lines, started and compared with the running QEMU: nothing is a drift that QEMU did as it was told.
@Suite(.serialized) struct WholeLineVerificationTests {
  /// What QEMU does not do though it takes the line.
  private static let drifting: [String: Set<String>] = [
    // Emulation has no virtual 8086 mode extensions.
    "libvirt, JSON objects and devices, q35": ["cpu vme=on"]
  ]

  @Test(arguments: RealCommandLineTests.startable)
  func nothingDriftsOfARealLine(start: RealCommandLineTests.Start) async throws {
    let report = try await Self.report(on: start.qemu, try start.line.words)
    #expect(report.driftWords == Self.drifting[start.line.name] ?? [], "\(report.drifts.map(\.evidence))")
  }

  @Test(arguments: CommandLineCaseTests.cases.filter(\.isAccepted))
  func nothingDriftsOfATrickyLine(line: CommandLineCaseTests.Case) async throws {
    let report = try await Self.report(on: line.qemu, ["-machine", line.machine] + line.arguments)
    #expect(report.driftWords == [], "\(report.drifts.map(\.evidence))")
  }

  /// The printed figures stand in Docs/Evidence.md.
  @Test func mostOfWhatIsAskedForHasAWitness() async throws {
    var counts: [Verdict: Int] = [:]
    for line in CommandLineCaseTests.cases.filter(\.isAccepted) {
      let report = try await Self.report(on: line.qemu, ["-machine", line.machine] + line.arguments)
      for finding in report.findings { counts[finding.verdict, default: 0] += 1 }
    }
    for start in RealCommandLineTests.startable {
      let report = try await Self.report(on: start.qemu, try start.line.words)
      for finding in report.findings { counts[finding.verdict, default: 0] += 1 }
    }
    let all = counts.values.reduce(0, +)
    let share = Double(all - counts[.unobservable, default: 0]) / Double(all)
    print(
      "of \(all) properties, \(counts[.confirmed] ?? 0) confirmed, \(counts[.drifted] ?? 0) drifted:",
      "\((share * 1000).rounded() / 10) % have a witness")
    #expect(share >= 0.85)
  }

  private static func report(on qemu: QEMUUnderTest, _ arguments: [String]) async throws -> VerificationReport
  {
    // Without it QEMU serves a display over VNC, always on the same port.
    try await CommandLineReadBack.withImages(for: ["-display", "none"] + arguments) { words, _ in
      try await withStateDirectory { state in
        let request = LaunchRequest(
          name: try MachineName("test"),
          configuration: try QEMUConfiguration(arguments: words, unknownNames: .kept),
          binary: try qemu.binary, state: state)
        let machine = try await VirtualMachine.start(request)
        do {
          let report = try await machine.verify().report
          await machine.discard()
          return report
        } catch {
          await machine.discard()
          throw error
        }
      }
    }
  }
}

extension VerificationReport {
  fileprivate var driftWords: Set<String> {
    Set(drifts.map { "\($0.option) \($0.property)=\($0.requested)" })
  }
}
