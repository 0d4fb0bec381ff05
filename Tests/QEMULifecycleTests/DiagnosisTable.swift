import Glibc
import LinuxSystem
import QEMUDiagnosis
import QEMUJSON
import QEMULifecycle
import Testing

/// The error output and the exit of QEMU for one command line, on some versions.
struct RecordedStart: Sendable, CustomTestStringConvertible {
  let name: String
  let versions: [String]
  let arguments: [String]
  let phase: StartPhase
  /// nil where QEMU started and ran.
  let end: ProcessEnd?
  let standardError: String
  /// The rule that has to speak; nil where QEMU's own words have to do.
  let rule: String?
  /// The rules of warnings that have to speak, where QEMU started.
  let warnings: [String]

  var testDescription: String { "\(name) on \(versions.joined(separator: ", "))" }

  var diagnosis: Diagnosis {
    Diagnosis(
      end: end ?? .unknown, standardError: standardError,
      command: ["/usr/bin/qemu-system-x86_64"] + arguments, phase: phase)
  }
}

extension RecordedStart {
  /// StartFailures.json: recorded from QEMU 7.2.22, 10.0.13 and 11.1.3; `"origin": "source"` marks words that were read in
  /// QEMU's source and not provoked.
  static let all: [RecordedStart] = load()
  static let failures: [RecordedStart] = all.filter { $0.end != nil }
  static let starts: [RecordedStart] = all.filter { $0.end == nil }

  private static func load() -> [RecordedStart] {
    let path = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/StartFailures.json"
    guard let table = (try? JSON.parse(contents(of: path)))?.arrayValue else { return [] }
    return table.flatMap { entry in
      (entry["outcomes"]?.arrayValue ?? []).compactMap { RecordedStart(entry, $0) }
    }
  }

  private static func contents(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  private init?(_ entry: JSON, _ outcome: JSON) {
    guard let name = entry["name"]?.stringValue, let arguments = Self.strings(entry["arguments"]),
      let versions = Self.strings(outcome["versions"]), let end = outcome["end"]?.stringValue,
      let phase = outcome["phase"]?.stringValue.flatMap(StartPhase.init(rawValue:)),
      let standardError = outcome["standardError"]?.stringValue
    else { return nil }
    self.name = name
    self.versions = versions
    self.arguments = arguments
    self.phase = phase
    self.standardError = standardError
    let words = end.split(separator: " ")
    switch (words.first, words.last.flatMap { Int32($0) }) {
    case ("exit", let code?): self.end = .exited(code: code)
    case ("signal", let number?): self.end = .signalled(number, coreDumped: false)
    case ("unknown", _): self.end = .unknown
    default: self.end = nil
    }
    rule = outcome["rule"]?.stringValue
    warnings = Self.strings(outcome["warnings"]) ?? []
  }

  private static func strings(_ value: JSON?) -> [String]? { value?.arrayValue?.compactMap(\.stringValue) }
}
