import Foundation
import QEMU
import QEMULifecycle
import RandomValues
import Synchronization
import Testing

/// Random command lines, started frozen and compared with the running QEMU: nothing drifts that QEMU did as it was told.
@Suite struct StartableLineTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let lines = environment["FUZZ_VERIFY_LINES"].flatMap { Int($0) } ?? 200
  private static let seed = environment["FUZZ_VERIFY_SEED"].flatMap { UInt64($0) } ?? 1

  @Test func nothingDriftsOfARandomLine() async throws {
    let directory = try ImageDirectory()
    defer { directory.remove() }
    let tally = Tally()
    try await withStateDirectory { state in
      for qemu in QEMUMatrix.all {
        let capabilities = try await qemu.binary.capabilities(keptIn: state)
        await withTaskGroup { group in
          for index in 0..<Self.lines {
            group.addTask { await Self.judge(index, qemu, capabilities, directory, state, tally) }
          }
        }
      }
      #expect(Self.processes(naming: state.path) == [])
    }
    print(tally.summary)
    #expect(tally.drifts == [])
    #expect(tally.share >= 0.9)
  }

  /// The command lines of the processes that name a path.
  private static func processes(naming path: String) -> [String] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.filter { $0.allSatisfy(\.isNumber) }.compactMap { entry in
      let text = try? String(contentsOf: URL(filePath: "/proc/\(entry)/cmdline"), encoding: .utf8)
      return text.flatMap { $0.contains(path) ? $0 : nil }
    }
  }

  private static func judge(
    _ index: Int, _ qemu: QEMUUnderTest, _ capabilities: BinaryCapabilities, _ directory: ImageDirectory,
    _ state: StateDirectory,
    _ tally: Tally
  ) async {
    await Turnstile.processors.enter()
    defer { Task { await Turnstile.processors.leave() } }
    do {
      let own = try directory.make()
      defer { try? FileManager.default.removeItem(atPath: own) }
      let line = StartableLine(
        seed: seed &* 1_000_003 &+ UInt64(index), number: index, qemu: qemu, capabilities: capabilities,
        directory: own)
      do {
        tally.add(try await report(line, state), line)
      } catch {
        tally.refuse(line, "\(error)")
      }
    } catch {
      Issue.record(error)
    }
  }

  private static func report(_ line: StartableLine, _ state: StateDirectory) async throws
    -> VerificationReport
  {
    let version = line.qemu.version.prefix(2).filter(\.isNumber)
    let request = LaunchRequest(
      name: try MachineName("l\(line.number)-\(version)-\(line.qemu.architecture.prefix(3))"),
      configuration: try QEMUConfiguration(arguments: line.words, unknownNames: .kept),
      binary: try line.qemu.binary,
      state: state)
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

/// The images that lines name, and a directory of each line's own that has them.
struct ImageDirectory {
  private let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appending(path: "lines-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  }

  /// Makes a directory with images.
  func make() throws -> String {
    let own = root.appending(path: UUID().uuidString.prefix(8).description)
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    for number in 1...3 {
      try Data(count: 1_474_560).write(to: own.appending(path: "i\(number).raw"))
      try Self.qcow2.write(to: own.appending(path: "i\(number).qcow2"))
    }
    return own.path(percentEncoded: false) + (own.path(percentEncoded: false).hasSuffix("/") ? "" : "/")
  }

  func remove() { try? FileManager.default.removeItem(at: root) }

  /// An empty image of 1 MiB: header, table of reference counts, their block, table of clusters.
  private static let qcow2: Data = {
    var image = Data(count: 4 << 16)
    func put(_ value: UInt64, _ bytes: Int, at offset: Int) {
      for index in 0..<bytes {
        image[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (bytes - 1 - index)))
      }
    }
    put(0x5146_49FB, 4, at: 0)
    put(2, 4, at: 4)
    put(16, 4, at: 20)
    put(1 << 20, 8, at: 24)
    put(1, 4, at: 36)
    put(3 << 16, 8, at: 40)
    put(1 << 16, 8, at: 48)
    put(1, 4, at: 56)
    put(2 << 16, 8, at: 1 << 16)
    for cluster in 0..<4 { put(1, 2, at: 2 << 16 + 2 * cluster) }
    return image
  }()
}

/// What became of the lines.
private final class Tally: Sendable {
  private struct State {
    var started = 0
    var refused: [String] = []
    var drifts: [String] = []
    var drifting = 0
    var falselyDrifting = 0
  }
  private let state = Mutex(State())

  var drifts: [String] { state.withLock { $0.drifts.sorted() } }
  var share: Double { state.withLock { Double($0.started) / Double(max(1, $0.started + $0.refused.count)) } }

  func add(_ report: VerificationReport, _ line: StartableLine) {
    state.withLock { state in
      state.started += 1
      if report.accelerator.live == nil, report.verdict == .confirmed {
        state.drifts.append("\(line.qemu): confirmed with an unknown accelerator: \(line.words)")
      }
      let drifts = report.drifts.filter { !RealDrift.covers($0) }
      if !report.drifts.isEmpty { state.drifting += 1 }
      if !drifts.isEmpty { state.falselyDrifting += 1 }
      state.drifts += drifts.map {
        "\($0.title)=\($0.requested): \($0.observed ?? "-"): \($0.reason ?? ""): \($0.evidence.map(\.observed)) \(line.qemu): \(line.words.joined(separator: " "))"
      }
    }
  }

  func refuse(_ line: StartableLine, _ words: String) {
    state.withLock { $0.refused.append("\(line.qemu): \(words): \(line.words.joined(separator: " "))") }
  }

  var summary: String {
    state.withLock { state in
      (state.refused.sorted().map { "REFUSED \($0)" } + state.drifts.sorted().map { "DRIFT \($0)" }).joined(
        separator: "\n")
        + "\n\(state.started) lines started, \(state.refused.count) were refused; \(state.drifting) have a drift, "
        + "\(state.falselyDrifting) one that is not known to be real"
    }
  }
}
