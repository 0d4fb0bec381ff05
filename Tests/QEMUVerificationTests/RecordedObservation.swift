import Foundation
import QEMUCommandLine
import QEMUJSON
import QEMUVerification

/// A recorded observation of a real virtual machine, with its request.
struct RecordedObservation: Sendable, CustomStringConvertible {
  let description: String
  let requested: [String]
  let observation: Observation

  var isX86: Bool { description.contains("x86_64") }
  /// `multi`, `fallback`, `kvm-on`, …
  var scenario: String { String(description.split(separator: "/").last ?? "") }

  func report(
    _ observation: Observation? = nil, accepting accepted: [String] = []
  ) throws(CommandLineError) -> VerificationReport {
    try Verification(of: QEMUConfiguration(arguments: requested))
      .judge(observation ?? self.observation, by: VerificationPolicy(accepted: accepted))
  }

  /// Every recording beside this file.
  static let all: [RecordedObservation] = {
    let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Observations")
    let files =
      FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)?.allObjects as? [URL]
      ?? []
    return files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }.compactMap(read)
  }()

  private static func read(_ file: URL) -> RecordedObservation? {
    guard let text = try? String(contentsOf: file, encoding: .utf8), let json = try? JSON.parse(text),
      let observation = Observation(json: json), let requested = json["requested"]?.arrayValue
    else { return nil }
    let name =
      "\(file.deletingLastPathComponent().lastPathComponent)/\(file.deletingPathExtension().lastPathComponent)"
    return RecordedObservation(
      description: name, requested: requested.compactMap(\.stringValue), observation: observation)
  }

  static func all(_ scenarios: String...) -> [RecordedObservation] {
    all.filter { scenarios.contains($0.scenario) }
  }
}
