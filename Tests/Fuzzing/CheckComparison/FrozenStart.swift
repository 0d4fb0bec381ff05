import Foundation
import LinuxSystem
import QEMULifecycle
import QEMUObservation
import QMP

/// The outcome of a real QEMU that is started frozen with a command line, and ended.
package enum FrozenStart: Sendable, Hashable, Codable {
  /// The machine was built.
  case taken
  /// It ended with status 0 before that: it printed help.
  case ended
  /// It ended with another status and these messages.
  case refused(String)
  /// A signal ended it.
  case crashed(String)
  /// It did not answer in time.
  case timedOut
}

/// Starts one binary frozen, again and again, each time in a directory of its own.
final class FrozenStarter: Sendable {
  private let directory: URL
  private let script: URL

  /// Writes the script through which the binary is started.
  ///
  /// What a line makes, it makes in its directory; a size that is too large fails by the script's limit. The script is written
  /// before the first start: a process that is forked while a file is written holds it open, and it cannot be executed.
  init(binary: String) throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "qemu-compared-\(UUID())")
    script = directory.appending(path: "start")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let text =
      "#!/bin/sh\ncd \"${0%/*}\" && ulimit -c 0 && ulimit -v 25165824 && exec '\(URL(filePath: binary).path)' \"$@\"\n"
    try Data(text.utf8).write(to: script)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// Starts the binary with a line, in which `IMAGES/` stands for the directory with images that it is started in.
  func outcome(of words: [String], timeout: Duration) async throws -> FrozenStart {
    let own = directory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: own) }
    let program = try prepare(own)
    let arguments = words.map { $0.replacingOccurrences(of: "IMAGES/", with: own.path + "/") }
    let probe = try await QEMUProbe.start(program, arguments)
    var failure: QMPError?
    do throws(QMPError) { _ = try await probe.negotiate(timeout: timeout) } catch { failure = error }
    let end = await probe.end()
    let said = String(probe.standardError.prefix(4000)).replacingOccurrences(
      of: own.path + "/", with: "IMAGES/")
    guard let failure else { return .taken }
    if failure.code == .timedOut { return .timedOut }
    return switch end {
    case .exited(code: 0): .ended
    case .signalled: .crashed(said)
    default: .refused(said)
    }
  }

  private func prepare(_ own: URL) throws -> String {
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    for name in ["a,b.img", "p.img", "q.img"] {
      try Data(count: 65536).write(to: own.appending(path: name))
    }
    let configuration = "[object \"m0\"]\n  qom-type = \"memory-backend-ram\"\n  size = \"1M\"\n"
    try Data(configuration.utf8).write(to: own.appending(path: "rc.cfg"))
    let program = own.appending(path: "qemu")
    try FileManager.default.createSymbolicLink(at: program, withDestinationURL: script)
    return program.path
  }
}
