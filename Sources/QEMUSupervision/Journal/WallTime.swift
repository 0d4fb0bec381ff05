/// A point in time as people read it, in UTC.
package struct WallTime: Sendable, Hashable, Comparable {
  /// The milliseconds since 1970-01-01T00:00:00Z.
  package let milliseconds: Int64

  /// Creates a time.
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Returns a Boolean value that indicates whether the left time is earlier.
  package static func < (left: WallTime, right: WallTime) -> Bool { left.milliseconds < right.milliseconds }

  private static let millisecondsOfDay: Int64 = 86_400_000

  /// The time as RFC 3339 writes it, such as `2026-11-29T23:30:01.123Z`. It is limited to the years 0 to
  /// 9999.
  package var text: String {
    // -719528 days: 0000-01-01. 2932896 days: 9999-12-31.
    let lowest: Int64 = -719_528 * Self.millisecondsOfDay
    let highest: Int64 = 2_932_897 * Self.millisecondsOfDay - 1
    let limited = min(max(milliseconds, lowest), highest)
    let date = CivilDate(daysSince1970: floorDivide(limited, by: Self.millisecondsOfDay))
    let ofDay = limited - floorDivide(limited, by: Self.millisecondsOfDay) * Self.millisecondsOfDay
    let clock = [ofDay / 3_600_000, ofDay / 60_000 % 60, ofDay / 1000 % 60].map { padded($0, to: 2) }
    return "\(date.text)T\(clock[0]):\(clock[1]):\(clock[2]).\(padded(ofDay % 1000, to: 3))Z"
  }
}

/// A date of the Gregorian calendar, which also applies to the years before its introduction.
struct CivilDate: Hashable {
  let year: Int64
  let month: Int64
  let day: Int64

  var text: String { "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))" }

  /// The years are counted from March, so that the leap day is the last day of a year.
  init(daysSince1970 days: Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}

/// Returns the quotient, rounded down.
private func floorDivide(_ dividend: Int64, by divisor: Int64) -> Int64 {
  let quotient = dividend / divisor
  return dividend % divisor < 0 ? quotient - 1 : quotient
}

private func padded(_ number: Int64, to digits: Int) -> String {
  let text = String(number)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
