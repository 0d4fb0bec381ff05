import Foundation
import QEMUJSON
import Testing

/// What a real QEMU answered, as `record-replies` wrote it.
struct Recording: CustomTestStringConvertible {
  let name: String
  let lines: [JSON]

  var testDescription: String { name }

  static let all: [Recording] = load()

  static func named(_ name: String) throws -> Recording {
    try #require(all.first { $0.name == name }, "there is no recording \(name)")
  }

  /// The replies to a command that QEMU did not refuse.
  func replies(to command: String) -> [JSON] {
    lines.filter { $0["command"]?.stringValue == command }.compactMap { $0["return"] }
  }

  /// The data of an event, each time that it came.
  func data(of event: String) -> [JSON] {
    lines.filter { $0["event"]?.stringValue == event }.compactMap { $0["data"] }
  }

  private static func load() -> [Recording] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Recordings")
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted().map { file in
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        return Recording(
          name: String(file.prefix { $0 != "j" }.dropLast()),
          lines: try text.split(separator: "\n").map { try JSON.parse(String($0)) })
      }
    } catch {
      Issue.record("the recordings cannot be read: \(error)")
      return []
    }
  }
}
