import Glibc
import Testing

@testable import LinuxSystem
@testable import QEMULifecycle

/// /proc/PID/stat: what is read from it names a process, so a wrong field would name another.
@Suite struct ProcessStatTests {
  /// The fields between the state and the start time, and those after it.
  private static let before = (4...21).map { "\($0)" }.joined(separator: " ")
  private static let after = (23...52).map { "\($0)" }.joined(separator: " ")

  private static func line(name: String = "sleep", state: String = "S", startTime: String = "4711") -> String
  {
    "77 (\(name)) \(state) \(before) \(startTime) \(after)\n"
  }

  @Test(arguments: [
    "sleep", "a b", "", " ", ")", "(", "((", "))", ") R 1 2 3", "a) Z (b", "a\nb", "é", "\u{301}",
    ") S \(before) 1 ",
  ])
  func aNameMayHoldSpacesAndParentheses(_ name: String) throws {
    let stat = try #require(ProcessStat(text: Self.line(name: name)))
    #expect(stat.state == "S")
    #expect(stat.startTime == 4711)
  }

  static let states: [(state: String, isStopped: Bool, isZombie: Bool)] = [
    ("R", false, false), ("S", false, false), ("D", false, false), ("I", false, false), ("P", false, false),
    ("T", true, false), ("t", true, false), ("Z", false, true), ("X", false, true),
  ]

  @Test(arguments: states)
  func aStateIsTold(_ row: (state: String, isStopped: Bool, isZombie: Bool)) throws {
    let stat = try #require(ProcessStat(text: Self.line(state: row.state)))
    #expect(String(stat.state) == row.state)
    #expect(stat.isStopped == row.isStopped)
    #expect(stat.isZombie == row.isZombie)
  }

  @Test func aTextThatEndsBeforeTheStartTimeIsNone() throws {
    let text = Self.line()
    let startTime = try #require(text.firstRange(of: "4711"))
    for end in text.indices where end <= startTime.lowerBound {
      #expect(ProcessStat(text: String(text[..<end])) == nil, "\(text[..<end])")
    }
    #expect(ProcessStat(text: String(text[..<startTime.upperBound]))?.startTime == 4711)
  }

  @Test(arguments: ["-1", "x", "1.5", "0x10", "18446744073709551616", "4 711"])
  func aStartTimeThatIsNoNumberIsNone(_ startTime: String) {
    let stat = ProcessStat(text: Self.line(startTime: startTime))
    // Of two words the first is the field.
    #expect(stat?.startTime == (startTime == "4 711" ? 4 : nil))
  }

  @Test(arguments: ["0", "18446744073709551615"])
  func everyStartTimeIsRead(_ startTime: String) {
    #expect(ProcessStat(text: Self.line(startTime: startTime))?.startTime == UInt64(startTime))
  }

  @Test func thisProcessIsNamedTheSameTwice() throws {
    let identity = try #require(ProcessIdentity(reading: getpid()))
    #expect(identity == ProcessIdentity(reading: getpid()))
    #expect(identity.pid == getpid() && identity.startTime > 0)
    #expect(identity.bootID == ProcessIdentity.currentBootID && identity.bootID.utf8.count == 36)
  }

  /// 2^31 - 1 is above every pid that Linux gives.
  @Test(arguments: [0, -1, Int32.max])
  func aPidThatNoProcessHasIsNone(_ pid: Int32) {
    #expect(ProcessStat(pid: pid) == nil)
    #expect(ProcessIdentity(reading: pid) == nil)
  }
}
