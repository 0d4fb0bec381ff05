import Testing

@testable import QEMULifecycle

/// Which steps end a virtual machine, in which order, and how long each is given.
@Suite struct StopTimetableTests {
  static let tables: [(timetable: StopTimetable, seconds: [Int64])] = [
    (StopTimetable(), [30, 5, 5, 10]), (.immediate, [0, 0, 0, 10]),
    (StopTimetable(powerdown: .seconds(1), quit: .seconds(2), terminate: .seconds(3)), [1, 2, 3, 10]),
    (StopTimetable(powerdown: .zero), [0, 5, 5, 10]), (StopTimetable(quit: .zero), [30, 0, 5, 10]),
    (StopTimetable(terminate: .seconds(60)), [30, 5, 60, 10]),
  ]

  @Test(arguments: tables)
  func theGentleStepsComeFirstEachWithItsPatience(_ row: (timetable: StopTimetable, seconds: [Int64])) {
    #expect(row.timetable.steps.map(\.step) == [.powerdown, .quit, .terminate, .kill])
    #expect(row.timetable.steps.map(\.patience) == row.seconds.map { Duration.seconds($0) })
  }

  /// Else a machine that nothing ends would be given up without SIGKILL.
  @Test(arguments: tables)
  func theLastStepIsAlwaysTaken(_ row: (timetable: StopTimetable, seconds: [Int64])) throws {
    #expect(try #require(row.timetable.steps.last).patience > .zero)
  }

  static let reasons: [(StopTimetable.Step, String)] = [
    (.powerdown, "stopped by powerdown"), (.quit, "stopped by quit"), (.terminate, "stopped by terminate"),
    (.kill, "stopped by kill"),
  ]

  @Test(arguments: reasons)
  func aStepIsWrittenDownByItsName(step: StopTimetable.Step, reason: String) {
    #expect(step.reason == reason)
  }
}
