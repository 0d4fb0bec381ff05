extension RestartDecider {
  /// Creates the state from a record.
  ///
  /// - Parameters:
  ///   - record: The value that `record` returned.
  ///   - boot: The present boot ID. The history of another boot is discarded, because its instants are too.
  package init(policy: RestartPolicy, record: JSONText?, boot: String) {
    self.init(policy: policy)
    guard let record, record["boot"]?.string == boot else { return }
    restarts = (record["restarts"]?.elements ?? []).compactMap(Self.instant).suffix(max(0, policy.limit))
      .sorted()
    start = record["start"].flatMap(Self.instant)
    attempts = min(max(0, record["attempts"]?.integer ?? 0), 64)
    hasDrifted = record["drifted"]?.boolean ?? false
  }

  private static func instant(_ value: JSONText) -> Instant? {
    value.integer.map { Instant(nanoseconds: Int64($0)) }
  }

  /// Returns the state as an object. It is valid during this boot of the host.
  package func record(boot: String) -> JSONText {
    .object([
      ("boot", .string(boot)),
      ("restarts", .array(restarts.map { .integer($0.nanoseconds) })),
      ("start", start.map { .integer($0.nanoseconds) }),
      ("attempts", .integer(attempts)),
      ("drifted", .boolean(hasDrifted)),
    ])
  }
}
