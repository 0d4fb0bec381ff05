import Foundation
import QEMU
import Synchronization
import Testing

/// Whole command lines, started and compared with the running QEMU: nothing is a drift that QEMU did as it was told.
@Suite(.serialized) struct WholeLineVerificationTests {
  /// Returns the properties that drift although QEMU accepts the command line.
  private static func drifting(_ start: RealCommandLineTests.Start) -> Set<String> {
    // QEMU marks all memory as mergeable unless the machine forbids it. 7.2 does not show which area is which.
    if start.line.name == "by hand: a memory of two nodes", !start.qemu.version.hasPrefix("7.") {
      return ["object merge=off"]
    }
    return drifting[start.line.name] ?? []
  }

  private static let drifting: [String: Set<String>] = [
    // Emulation has no virtual 8086 mode extensions.
    "libvirt, JSON objects and devices, q35": ["cpu vme=on"],
    // Nobody listens there, and QEMU starts without the connection.
    "by hand: sockets between machines": ["netdev addr.type=unix", "netdev addr.path=/tmp/a,b.sock"],
  ]

  @Test(arguments: RealCommandLineTests.startable)
  func nothingDriftsOfARealLine(start: RealCommandLineTests.Start) async throws {
    let report = try await Self.report(on: start.qemu, try start.line.words)
    #expect(report.driftWords == Self.drifting(start), "\(report.drifts.map(\.evidence))")
  }

  @Test(arguments: CommandLineCaseTests.cases.filter(\.isAccepted))
  func nothingDriftsOfATrickyLine(line: CommandLineCaseTests.Case) async throws {
    let report = try await Self.report(on: line.qemu, ["-machine", line.machine] + line.arguments)
    #expect(report.driftWords == [], "\(report.drifts.map(\.evidence))")
  }

  /// The printed figures stand in Docs/Evidence.md.
  @Test func mostOfWhatIsAskedForHasAWitness() async throws {
    var findings: [Finding] = []
    for line in CommandLineCaseTests.cases.filter(\.isAccepted) {
      findings += try await Self.report(on: line.qemu, ["-machine", line.machine] + line.arguments).findings
    }
    for start in RealCommandLineTests.startable {
      findings += try await Self.report(on: start.qemu, try start.line.words).findings
    }
    let seen = findings.filter { $0.verdict != .unobservable }
    let (plain, deep) = (
      seen.filter { ![.deep, .kernel].contains($0.tier) }.share(of: findings), seen.share(of: findings)
    )
    print("of \(findings.count) properties, \(plain) % have a witness, and \(deep) % with --deep")
    print("without one: \(findings.filter { $0.verdict == .unobservable }.counts)")
    #expect(plain >= 85)
    #expect(deep >= 95)
  }

  /// The report of a line, which is started once for all tests.
  private static func report(on qemu: QEMUUnderTest, _ arguments: [String]) async throws -> VerificationReport
  {
    let key = [qemu.path] + arguments
    if let known = reports.withLock({ $0[key] }) { return known }
    let report = try await newReport(on: qemu, arguments)
    reports.withLock { $0[key] = report }
    return report
  }

  private static let reports = Mutex<[[String]: VerificationReport]>([:])

  private static func newReport(on qemu: QEMUUnderTest, _ arguments: [String]) async throws
    -> VerificationReport
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
          let report = try await machine.verify(deep: true).report
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

extension [Finding] {
  fileprivate func share(of all: [Finding]) -> Double {
    (Double(count) / Double(all.count) * 1000).rounded() / 10
  }

  /// Each property with the number of its findings, the most frequent first.
  fileprivate var counts: String {
    Dictionary(grouping: self, by: \.title).map { (title: $0.key, count: $0.value.count) }
      .sorted { ($1.count, $0.title) < ($0.count, $1.title) }
      .map { "\($0.title) \($0.count)" }.joined(separator: ", ")
  }
}
