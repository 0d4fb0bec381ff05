import Foundation
import QEMUJSON

/// The directory of generated files, and the fact files that they are generated from.
struct GeneratedDirectory {
  private let directory: URL

  /// The directory of the generated files.
  static let standard = sources.appending(path: "QAPI/Generated")

  private static var sources: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  }

  init(_ directory: URL) { self.directory = directory }

  /// The expected contents of the files.
  static func wanted() throws -> [String: String] {
    let facts = sources.appending(path: "QAPIGenerator/Facts")
    let schema = try Schema(
      facts: try JSON.parse(String(contentsOf: facts.appending(path: "qapi.json"), encoding: .utf8)),
      presence: try JSON.parse(
        String(contentsOf: facts.appending(path: "qapi-presence.json"), encoding: .utf8)))
    return try Generator(schema: schema).files()
  }

  /// The names of the files that are not as wanted: changed, absent or too many.
  func differences(from wanted: [String: String]) throws -> [String] {
    let present = try fileNames()
    let changed = try wanted.filter { name, text in
      guard present.contains(name) else { return true }
      return try String(contentsOf: directory.appending(path: name), encoding: .utf8) != text
    }
    return (Set(changed.keys).union(present.subtracting(wanted.keys))).sorted()
  }

  /// Makes the files as wanted; writes only those that differ, so that a build does not compile the others again.
  func update(to wanted: [String: String]) throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for name in try differences(from: wanted) {
      let file = directory.appending(path: name)
      if let text = wanted[name] {
        try text.write(to: file, atomically: true, encoding: .utf8)
      } else {
        try FileManager.default.removeItem(at: file)
      }
    }
  }

  private func fileNames() throws -> Set<String> {
    guard FileManager.default.fileExists(atPath: directory.path()) else { return [] }
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path())
    return Set(names.filter { $0.hasSuffix(".swift") })
  }
}
