/// The times at which one run reached each stage, in nanoseconds since its start.
struct Sample {
  /// QEMU was executed.
  var spawned: Double
  /// QEMU's machine was built.
  var ready: Double
  /// All evidence was there; for the library also judged and written down.
  var verified: Double
  /// From the order to quit until QEMU was reaped.
  var end: Double
  /// The client's own CPU time from the begin until verified.
  var processorTime: Double

  /// The measured quantities, with the heading that each has in a table.
  static let quantities: [(heading: String, of: @Sendable (Sample) -> Double)] = [
    ("spawned", { $0.spawned }), ("ready", { $0.ready }), ("verified", { $0.verified }),
    ("ready to verified", { $0.verified - $0.ready }),
    ("quit to gone", { $0.end }), ("client CPU", { $0.processorTime }),
  ]
}
