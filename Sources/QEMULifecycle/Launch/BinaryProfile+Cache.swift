import QEMUDiagnosis
import QEMUJSON
import QEMUObservation

extension BinaryProfile {
  /// Reads the profile from the cache, or queries the binary.
  static func load(_ binary: QEMUBinary, cache directory: String) async throws(LifecycleError)
    -> BinaryProfile
  {
    let key = try binary.identity()
    let file = "binaries.json"
    let cached = readCache(file, in: directory)
    if let entry = cached[key], let profile = BinaryProfile(json: entry) { return profile }
    let profile = try await probe(binary)
    var entries = cached
    entries[key] = profile.json
    // If the cache cannot be written, the next start only takes longer.
    if let text = try? JSON.object(entries).serialized() {
      try? PrivateDirectory.open(directory)?.write(text, to: file)
    }
    return profile
  }

  /// Reads the cache; it is empty if another user could have written the file.
  private static func readCache(_ file: String, in directory: String) -> JSONObject {
    guard let text = try? PrivateDirectory.open(directory)?.text(of: file) else { return [:] }
    return (try? JSON.parse(text))?.objectValue ?? [:]
  }
}

extension BinaryProfile {
  fileprivate init?(json: JSON) {
    guard let version = json["version"]?.stringValue, let has = json["monitor-object"]?.boolValue,
      let hasTraceLog = json["trace-log"]?.boolValue, let hasSandbox = json["sandbox"]?.boolValue
    else { return nil }
    self.init(
      version: version, hasMonitorObject: has, hasTraceLog: hasTraceLog, hasSandbox: hasSandbox)
  }

  fileprivate var json: JSON {
    [
      "version": .string(version), "monitor-object": .bool(hasMonitorObject),
      "trace-log": .bool(hasTraceLog), "sandbox": .bool(hasSandbox),
    ]
  }
}
