extension RestartPolicy {
  /// Creates a policy from a record. Returns nil if it has no valid mode; other members have defaults.
  package init?(record: JSONText) {
    guard let mode = record["mode"]?.string.flatMap(Mode.init) else { return nil }
    self.init(mode: mode)
    shortestDelay = Self.duration(record["from"]) ?? shortestDelay
    longestDelay = Self.duration(record["to"]) ?? longestDelay
    limit = record["restarts"]?.integer.map { max(0, $0) } ?? limit
    window = Self.duration(record["within"]) ?? window
  }

  /// The policy as an object, with durations in nanoseconds.
  package var record: JSONText {
    .object([
      ("mode", .string(mode.rawValue)),
      ("from", .integer(shortestDelay)),
      ("to", .integer(longestDelay)),
      ("restarts", .integer(limit)),
      ("within", .integer(window)),
    ])
  }

  private static func duration(_ value: JSONText?) -> Int64? { value?.integer.map { max(0, Int64($0)) } }
}
