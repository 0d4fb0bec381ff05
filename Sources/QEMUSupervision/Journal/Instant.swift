/// A point in time of CLOCK_BOOTTIME, which also advances while the host is suspended.
package struct Instant: Sendable, Hashable, Comparable {
  /// The nanoseconds since the boot of the host.
  package let nanoseconds: Int64

  /// Creates an instant.
  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Returns a Boolean value that indicates whether the left instant is earlier.
  package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

  /// Returns the nanoseconds from an earlier instant to this one. A difference that does not fit is limited.
  package func nanoseconds(since earlier: Instant) -> Int64 {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    guard overflow else { return difference }
    return nanoseconds < 0 ? .min : .max
  }

  /// Returns the instant after a number of nanoseconds. A sum that does not fit is limited.
  package func advanced(by interval: Int64) -> Instant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(interval)
    guard overflow else { return Instant(nanoseconds: sum) }
    return Instant(nanoseconds: interval < 0 ? .min : .max)
  }
}
