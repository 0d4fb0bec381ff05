import Glibc
import QEMUSupervision
import Testing

/// Returns the time as the C library writes it.
private func referenceText(seconds: Int, milliseconds: Int64) -> String {
  var time = time_t(seconds)
  var parts = tm()
  gmtime_r(&time, &parts)
  var buffer = [UInt8](repeating: 0, count: 64)
  let count = buffer.withUnsafeMutableBytes { bytes in
    strftime(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), 64, "%Y-%m-%dT%H:%M:%S", &parts)
  }
  let date = String(decoding: buffer.prefix(count), as: UTF8.self)
  return "\(date).\(String(1000 + milliseconds).dropFirst())Z"
}

@Suite("Times of a journal") struct JournalTimeTests {
  @Test(
    "are written in UTC as RFC 3339 requires",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (1_795_995_001_123, "2026-11-29T23:30:01.123Z"),
      (.max, "9999-12-31T23:59:59.999Z"), (.min, "0000-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func known(milliseconds: Int64, text: String) {
    #expect(WallTime(milliseconds: milliseconds).text == text)
  }

  @Test("are those of the C library for days of the years 1000 to 9999") func manyDays() {
    var generator = SeededRandom(seed: 1)
    for day in -354_285..<2_932_897 where day % 61 == 0 || (day + 719_468) % 36_524 < 3 {
      let seconds = day * 86_400 + Int.random(in: 0..<86_400, using: &generator)
      let milliseconds = Int64.random(in: 0..<1000, using: &generator)
      let time = WallTime(milliseconds: Int64(seconds) * 1000 + milliseconds)
      guard time.text != referenceText(seconds: seconds, milliseconds: milliseconds) else { continue }
      Issue.record("day \(day): \(time.text)")
      return
    }
  }

  @Test("have differences that are limited instead of overflowing") func limits() {
    let (first, last) = (Instant(nanoseconds: .min), Instant(nanoseconds: .max))
    #expect(last.nanoseconds(since: first) == .max)
    #expect(first.nanoseconds(since: last) == .min)
    #expect(last.advanced(by: 1) == last)
    #expect(first.advanced(by: -1) == first)
    #expect(Instant(nanoseconds: 5).advanced(by: -7).nanoseconds == -2)
    #expect(first < last)
  }
}
