import Testing

@testable import LinuxSystem
@testable import QMP

/// A loop sleeps until the first of its timeouts, whatever was set and taken back before.
@Suite(.timeLimit(.minutes(4))) struct EventLoopTests {
  /// Ten minutes: a test that waits for it does not end.
  private let far = ContinuousClock.now + .seconds(600)

  private func fires(in milliseconds: Int) async -> Bool {
    let promise = Promise<Bool>()
    _ = EventLoop.shared.schedule(at: .now + .milliseconds(milliseconds)) { promise.fulfil(true) }
    return await promise.value() ?? false
  }

  @Test func anEarlierDeadlineThatIsSetLaterIsKept() async {
    let timer = EventLoop.shared.schedule(at: far) { Issue.record("it is not due") }
    #expect(await fires(in: 20))
    #expect(await fires(in: 1))
    EventLoop.shared.cancel(timer)
  }

  @Test func aDeadlineBehindOneThatWasTakenBackIsKept() async {
    for _ in 0..<20 {
      EventLoop.shared.cancel(EventLoop.shared.schedule(at: .now + .milliseconds(1)) {})
      #expect(await fires(in: 2))
    }
  }

  @Test func aDeadlineThatHasPassedFiresAtOnce() async { #expect(await fires(in: -5)) }

  @Test func aClosureRunsThoughNothingElseHappens() async {
    let promise = Promise<Bool>()
    EventLoop.blocking.perform { promise.fulfil(true) }
    #expect(await promise.value() == true)
  }
}

/// Tests of the lookup of a command by its id.
@Suite struct RequestTableTests {
  @Test func whatWasTakenIsGivenBackOnce() {
    var table = RequestTable<String>()
    table.insert("b", for: 1)
    table.insert("a", for: 0)
    #expect(table.entries.map(\.value) == ["a", "b"])
    #expect(table.remove(1) == "b")
    #expect(table.remove(1) == nil)
    #expect(table.count == 1)
    #expect(table[0] == "a")
  }

  @Test(arguments: [Int64.min, -1, 1, 7, .max])
  func anIdThatNobodyGaveHasNothing(id: Int64) {
    var table = RequestTable<Int>()
    table.insert(1, for: 0)
    #expect(table[id] == nil)
    #expect(table.remove(id) == nil)
    #expect(table.count == 1)
  }
}
