import Glibc
import QEMUCommandLine
import QEMUJSON

/// The checks of the properties of `-rtc`, by the board's clock.
let clockChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "base": { _ in checkClockBase },
  "clock": { _ in clockSourceCheck },
  "driftfix": { _ in
    { (wanted, _, reader) throws(EvidenceMissing) in
      guard let clock = try boardClock(&reader) else {
        return .unobservable("this board has no mc146818rtc, the only clock with a lost-tick policy")
      }
      return try judgeProperty(
        wanted == "none" ? "discard" : wanted, "lost_tick_policy", of: clock, &reader,
        remedy: Remedy(.restart, "restart with -rtc driftfix=\(wanted)"))
    }
  },
]

/// Returns the path of a PC's clock, which is a device of the board or a child of the ISA bridge.
private func boardClock(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> String? {
  let directory = "/machine/unattached"
  let devices = try childTypes(of: directory, &reader)
  if let clock = devices.first(where: { $0.type == "mc146818rtc" }) { return "\(directory)/\(clock.name)" }
  guard let bridge = devices.first(where: { $0.type == "PIIX3" || $0.type == "ICH9-LPC" }) else { return nil }
  let path = "\(directory)/\(bridge.name)"
  return try childTypes(of: path, &reader).contains { $0.name == "rtc" } ? "\(path)/rtc" : nil
}

/// Checks the base by the clock and the time since QEMU started. The guest can set its clock, so a difference is a
/// drift only before the guest has run.
private func checkClockBase(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let (clock, state) = (QueryRequest.property("rtc-time", of: "/machine"), QueryRequest("query-status"))
  reader.prefetch([clock, state], [.clock])
  guard let broken = try reader.value(clock), let shown = GuestTime(broken) else {
    return .unobservable("this board does not show its clock")
  }
  guard let text = try reader.text(.clock), let host = HostClock(text) else {
    return .unobservable(reader.absence(of: .clock))
  }
  let evidence = [Evidence(clock, shown.text), Evidence(.clock, "now \(GuestTime(seconds: host.now).text)")]
  let base: Int64
  switch wanted {
  case "utc": base = host.now - host.age
  case "localtime": base = host.now - host.age + host.offset
  default:
    guard let time = GuestTime(text: wanted) else {
      return .unobservable("this library cannot parse the date", evidence)
    }
    base = time.seconds
  }
  // Either clock may have advanced between the two readings.
  let isSame = (base - 2...base + host.age + 2).contains(shown.seconds)
  let status = try reader.value(state)?["status"]?.stringValue
  if !isSame, status != "prelaunch" {
    return .unobservable("the guest may have set its clock", evidence)
  }
  return .compare(
    isSame, observed: shown.text, evidence, else: Remedy(.restart, "restart with -rtc base=\(wanted)"))
}

/// The host's time, its offset from UTC and the age of the process, in seconds.
private struct HostClock {
  let now: Int64
  let offset: Int64
  let age: Int64

  init?(_ text: String) {
    let numbers = text.split(separator: " ").compactMap { Int64($0) }
    guard numbers.count == 3, numbers.allSatisfy({ abs($0) < 1 << 40 }) else { return nil }
    (now, offset, age) = (numbers[0], numbers[1], numbers[2])
  }
}

/// A date and time without a time zone, as in a guest's clock.
private struct GuestTime {
  let seconds: Int64

  init(seconds: Int64) { self.seconds = seconds }

  /// Reads the members of C's `struct tm`.
  init?(_ broken: JSON) {
    var parts: [Int32] = []
    for name in ["tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec"] {
      guard let value = broken[name]?.integerValue, let part = Int32(exactly: value) else { return nil }
      parts.append(part)
    }
    self.init(parts)
  }

  /// Parses `2006-06-17` or `2006-06-17T16:01:21`.
  init?(text: String) {
    guard
      let match = text.firstMatch(
        of: #/^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(T([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}))?$/#),
      let year = Int32(match.1), let month = Int32(match.2), let day = Int32(match.3)
    else { return nil }
    self.init(
      [year - 1900, month - 1, day] + [match.5, match.6, match.7].map { $0.flatMap { Int32($0) } ?? 0 })
  }

  private init(_ parts: [Int32]) {
    var time = tm()
    (time.tm_year, time.tm_mon, time.tm_mday) = (parts[0], parts[1], parts[2])
    (time.tm_hour, time.tm_min, time.tm_sec) = (parts[3], parts[4], parts[5])
    seconds = Int64(timegm(&time))
  }

  var text: String {
    var (now, time) = (time_t(seconds), tm())
    gmtime_r(&now, &time)
    let pairs = [time.tm_mon + 1, time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec].map {
      ($0 < 10 ? "0" : "") + String($0)
    }
    return "\(Int64(time.tm_year) + 1900)-\(pairs[0])-\(pairs[1])T\(pairs[2]):\(pairs[3]):\(pairs[4])"
  }
}

/// The check of `-rtc clock=`.
let clockSourceCheck = storedCheck(.words("rtc_clock", ["rt", "vm", "host"]))
