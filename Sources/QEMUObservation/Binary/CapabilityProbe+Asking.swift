import LinuxSystem
import QAPI
import QEMUCommandLine
package import QEMUDiagnosis
package import QEMUJSON
package import QMP

/// Queries, after which the binary is started again if it exits.
extension CapabilityProbe {
  /// Returns the properties of each type; nil for a type whose query made the binary exit.
  package mutating func properties(
    of types: [String], by command: String
  ) async throws(LifecycleError) -> [String: [String: String]?] {
    var result: [String: [String: String]?] = [:]
    var rest = types[...]
    // If the binary exits, replies that it has sent may be lost: to find the cause, the next type is queried alone.
    var isSuspected = false
    while !rest.isEmpty {
      let asked = isSuspected ? rest.prefix(1) : rest
      let session = try await session()
      let replies = await session.executeAll(
        asked.map { (name: command, arguments: ["typename": .string($0)]) }, timeout: Self.timeout)
      var answered = 0
      for (type, reply) in zip(asked, replies) {
        guard let properties = try Self.properties(reply) else { break }
        result[type] = properties
        if case .success(let list) = reply {
          references.merge(Self.references(in: list)) { first, _ in first }
        }
        answered += 1
      }
      rest = rest.dropFirst(answered)
      let hasEnded = answered < asked.count
      if hasEnded {
        if isSuspected, let fatal = rest.popFirst() { result[fatal] = .some(nil) }
        try await restart()
      }
      isSuspected = hasEnded && !isSuspected
    }
    return result
  }

  /// Returns the properties in a reply: nil if the binary exited, none for a type that it refuses.
  private static func properties(_ reply: Result<JSON, QMPError>) throws(LifecycleError) -> [String: String]?
  {
    switch reply {
    case .success(let list):
      return Dictionary(
        (list.arrayValue ?? []).map { ($0["name"]?.stringValue ?? "", $0["type"]?.stringValue ?? "") },
        uniquingKeysWith: { $1 })
    case .failure(let error):
      if error.code == .refused { return [:] }
      if error.code == .connectionLost { return nil }
      throw failure(error)
    }
  }

  mutating func ask<Command: QAPICommand>(
    _ command: Command
  ) async throws(LifecycleError) -> Command.Response {
    let session = try await session()
    do throws(QMPError) { return try await session.execute(command) } catch { throw Self.failure(error) }
  }

  package mutating func reply(to command: String) async throws(LifecycleError) -> JSON {
    let session = try await session()
    do throws(QMPError) { return try await session.execute(command) } catch { throw Self.failure(error) }
  }

  package mutating func session() async throws(LifecycleError) -> QMPSession {
    if qemu == nil { _ = try await start() }
    guard let qemu else { throw Self.failure(QMPError(.connectionLost, "the binary did not start")) }
    return qemu.session
  }

  private mutating func restart() async throws(LifecycleError) {
    deaths += 1
    await qemu?.end()
    qemu = nil
    if deaths > Self.toleratedDeaths {
      throw LifecycleError(
        .startFailed, "\"\(binary.path)\" exited \(deaths) times during queries about its types",
        remedy: "specify another QEMU with --qemu")
    }
  }

  /// Starts the binary.
  /// - Returns: the version.
  package mutating func start() async throws(LifecycleError) -> String {
    let probe: QEMUProbe
    do throws(SystemError) {
      probe = try await QEMUProbe.start(binary.path, ["-machine", "none", "-nodefaults", "-no-user-config"])
    } catch {
      throw BinaryProfile.unusable(binary, error)
    }
    qemu = probe
    do throws(QMPError) {
      return try await probe.negotiate(timeout: Self.timeout).version
    } catch {
      let words = probe.standardError
      await probe.end()
      if error.code == .cancelled || error.code == .timedOut { throw Self.failure(error) }
      throw LifecycleError(
        .notQEMU, "\"\(binary.path)\" is not a QEMU that can be queried: \(error.summary)",
        evidence: words.isEmpty ? [] : [String(words.prefix(2000))],
        remedy: "specify a qemu-system program with --qemu")
    }
  }

  package static func failure(_ error: QMPError) -> LifecycleError {
    let code: LifecycleError.Code =
      switch error.code {
      case .cancelled: .cancelled
      case .timedOut: .timedOut
      default: .startFailed
      }
    return LifecycleError(
      code, "the capabilities of the binary could not be queried: \(error.summary)", evidence: error.evidence,
      remedy: error.remedy)
  }
}
