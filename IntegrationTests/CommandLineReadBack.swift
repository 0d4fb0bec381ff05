import Foundation
import QEMU
import QEMULifecycle
import QMP

/// The result of a command line with a real QEMU.
enum CommandLineOutcome: Equatable, CustomStringConvertible {
  /// It builds the machine, which then shows this.
  case accepted(JSON)
  /// It ends and says this.
  case rejected(String)

  var isAccepted: Bool { if case .accepted = self { true } else { false } }

  var description: String {
    switch self {
    case .accepted(let shown): "accepted: \((try? shown.serialized()) ?? "")"
    case .rejected(let words): "rejected: \(words)"
    }
  }
}

extension CommandLineOutcome {
  /// Returns the differences between the two, by query or path.
  func differences(from other: CommandLineOutcome) -> [String] {
    guard case .accepted(let shown) = self, case .accepted(let wanted) = other else {
      return self == other ? [] : ["\(self) instead of \(other)"]
    }
    let names = Set((shown.objectValue?.names ?? []) + (wanted.objectValue?.names ?? []))
    return names.sorted().filter { shown[$0] != wanted[$0] }.map { name in
      "\(name): \((try? shown[name]?.serialized()) ?? "-") instead of \((try? wanted[name]?.serialized()) ?? "-")"
    }
  }
}

/// Runs a command line on a real QEMU, frozen, and reads back what it can be asked for.
struct CommandLineReadBack {
  let qemu: QEMUUnderTest
  let machine: String

  /// Runs the arguments in a directory of their own, in which `IMAGES/` stands for its images.
  func outcome(of arguments: [String]) async throws -> CommandLineOutcome {
    try await Self.withImages(for: arguments) { words, directory in
      await Turnstile.processors.enter()
      defer { Task { await Turnstile.processors.leave() } }
      let run = try await QEMURun(path: qemu.path, arguments: ["-machine", machine] + words)
      return try await run.outcome().replacing(directory, with: "IMAGES/")
    }
  }

  /// Gives the arguments with `IMAGES/` replaced by the path of a directory that has the images, which is gone when the body returns.
  static func withImages<Result>(
    for arguments: [String], _ body: (_ words: [String], _ directory: String) async throws -> Result
  ) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(path: "qemu-images-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try writeImages(in: directory)
    let path = directory.path + "/"
    return try await body(arguments.map { $0.replacingOccurrences(of: "IMAGES/", with: path) }, path)
  }

  private static func writeImages(in directory: URL) throws {
    for name in ["a,b.img", "p.img"] {
      try Data(count: 65536).write(to: directory.appending(path: name))
    }
    let configuration = "[object \"m0\"]\n  qom-type = \"memory-backend-ram\"\n  size = \"1M\"\n"
    try Data(configuration.utf8).write(to: directory.appending(path: "rc.cfg"))
  }
}

extension CommandLineOutcome {
  fileprivate func replacing(_ text: String, with other: String) -> CommandLineOutcome {
    switch self {
    case .rejected(let words): return .rejected(words.replacingOccurrences(of: text, with: other))
    case .accepted(let json):
      let serialized = ((try? json.serialized()) ?? "").replacingOccurrences(of: text, with: other)
      return .accepted((try? JSON.parse(serialized)) ?? .null)
    }
  }
}

/// One QEMU, asked for all that it can be asked for.
private struct QEMURun {
  private let probe: QEMUProbe

  init(path: String, arguments: [String]) async throws {
    probe = try await QEMUProbe.start(path, arguments)
  }

  func outcome() async throws -> CommandLineOutcome {
    var answers: JSON?
    do throws(QMPError) {
      // A refused line ends it long before; a loaded machine needs this.
      _ = try await probe.negotiate(timeout: .seconds(60))
      answers = try await shown(probe.session)
    } catch {
      guard error.code == .connectionLost else { throw error }
    }
    await probe.end()
    if let answers { return .accepted(answers) }
    return .rejected(probe.standardError.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  // MARK: - Reading back

  private static let queries = [
    "query-status", "query-name", "query-uuid", "query-memory-size-summary", "query-memdev", "query-chardev",
    "query-named-block-nodes", "query-block", "query-iothreads", "query-display-options", "query-audiodevs",
    "query-hotpluggable-cpus", "query-migrate-parameters", "query-tpm",
  ]

  private func shown(_ session: QMPSession) async throws(QMPError) -> JSON {
    // Only this says that the machine is built: the greeting can come before a failing start.
    _ = try await session.execute("query-status")
    var result = JSONObject()
    for query in Self.queries { result[query] = try await answer(session, query) }
    for path in ["/objects", "/machine/peripheral", "/machine/peripheral-anon"] {
      for child in try await properties(session, path) where child.type.hasPrefix("child<") {
        result["\(path)/\(child.name)"] = .object(try await values(session, "\(path)/\(child.name)"))
      }
    }
    result["/machine"] = .object(try await values(session, "/machine"))
    return .object(result)
  }

  private func answer(
    _ session: QMPSession, _ command: String, _ arguments: JSONObject = [:]
  ) async throws(QMPError) -> JSON {
    do throws(QMPError) {
      return try await session.execute(command, arguments: arguments).withoutChance
    } catch {
      guard error.code == .refused else { throw error }
      return .string(error.qemuMessage ?? "")
    }
  }

  private func properties(
    _ session: QMPSession, _ path: String
  ) async throws(QMPError) -> [(name: String, type: String)] {
    let list = try await answer(session, "qom-list", ["path": .string(path)])
    return (list.arrayValue ?? []).map { ($0["name"]?.stringValue ?? "", $0["type"]?.stringValue ?? "") }
  }

  private func values(_ session: QMPSession, _ path: String) async throws(QMPError) -> JSONObject {
    var object = JSONObject()
    for property in try await properties(session, path)
    where !property.type.hasPrefix("child<") && !property.type.hasPrefix("link<")
      && property.name != "rtc-time"
    {
      object[property.name] = try await answer(
        session, "qom-get", ["path": .string(path), "property": .string(property.name)])
    }
    return object
  }
}

extension JSON {
  /// Without the names that QEMU makes up anew in each run.
  fileprivate var withoutChance: JSON {
    switch self {
    case .string(let text) where text.hasPrefix("#block"): "(auto)"
    case .string(let text) where text.hasPrefix("pty:/dev/pts/"): "pty"
    // The overlay of snapshot=on has a name of its own each time.
    case .string(let text) where text.contains("/vl."):
      .string(text.replacing(#/\/vl\.\w{6}/#, with: "/vl.XXXXXX"))
    // A port that the kernel chooses.
    case .string(let text) where text.hasPrefix("disconnected:"):
      .string(text.replacing(#/:[0-9]+,/#, with: ":PORT,"))
    case .array(let elements): .array(elements.map(\.withoutChance))
    case .object(let object):
      .object(
        JSONObject(object.filter { $0.name != "thread-id" }.map { ($0.name, $0.value.withoutChance) }))
    default: self
    }
  }
}
