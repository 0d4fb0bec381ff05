import Glibc
import QMP
import Testing

@testable import LinuxSystem
@testable import QEMUDiagnosis
@testable import QEMULifecycle

/// One command at a time works on a virtual machine, and who waits for its turn is told when there is none.
@Suite struct MachineDirectoryLockTests {
  let temporary: TemporaryDirectory
  let directory: MachineDirectory
  /// No wait of these tests takes as long, unless something is broken.
  private static let bound = Duration.seconds(120)

  init() throws {
    temporary = try TemporaryDirectory()
    directory = MachineDirectory(try MachineName("web"), in: StateDirectory(path: temporary.path))
    try directory.create()
  }

  private func expectRefusal(
    _ code: LifecycleError.Code, _ body: () async throws -> SharedDescriptor
  ) async {
    let error = await #expect(throws: LifecycleError.self) { _ = try await body() }
    #expect(error?.code == code)
    #expect(error?.summary.contains("\"web\"") == true)
  }

  @Test func aSecondLockIsRefusedAndFreeAgainAfterwards() async throws {
    for _ in 0..<3 {
      // A program that another test starts holds what this process has open until it is executed.
      let lock = try await directory.lock(within: Self.bound)
      await expectRefusal(.busy) { try await directory.lock(within: .zero) }
      await expectRefusal(.busy) { try await directory.claim(within: .milliseconds(1)) }
      withExtendedLifetime(lock) {}
    }
    #expect(permissions(directory.file("lock")) == 0o600)
  }

  /// As locks of a whole process are.
  @Test func aLockOutlivesTheClosingOfTheSameFileElsewhere() async throws {
    let lock = try await directory.lock(within: .zero)
    _ = try Descriptor.open(directory.file("lock"), O_RDWR)
    await expectRefusal(.busy) { try await directory.lock(within: .zero) }
    withExtendedLifetime(lock) {}
  }

  @Test func theLocksOfTwoNamesAreTwo() async throws {
    let other = MachineDirectory(try MachineName("db"), in: StateDirectory(path: temporary.path))
    let lock = try await directory.lock(within: .zero)
    let second = try await other.claim(within: .zero)
    withExtendedLifetime((lock, second)) {}
  }

  @Test func aProgramThatIsStartedHoldsNoLock() async throws {
    var lock: SharedDescriptor? = try await directory.lock(within: .zero)
    let process = try ChildProcess.spawn("/bin/sleep", ["60"], environment: [], passing: [])
    lock.forget()
    _ = try await directory.lock(within: Self.bound)
    try process.send(signal: SIGKILL)
    #expect(await process.waitForEnd(within: Self.bound) != nil)
  }

  @Test func aDirectoryThatIsNotThereHasNoLock() async {
    directory.remove()
    await expectRefusal(.noSuchMachine) { try await directory.lock(within: Self.bound) }
    #expect(fileType(directory.path) == nil)
  }

  @Test func aDirectoryInTheLocksPlaceIsTold() async throws {
    try makeDirectory(directory.file("lock"))
    let error = await #expect(throws: LifecycleError.self) {
      _ = try await directory.lock(within: Self.bound)
    }
    #expect(error?.code == .stateUnusable)
    #expect(error?.summary.contains("is not a regular file") == true)
  }

  /// An immediate task is in its wait when its maker goes on.
  @Test func whoWaitsIsGivenTheLockWhenItIsFree() async throws {
    var lock: SharedDescriptor? = try await directory.lock(within: .zero)
    let waiting = Task.immediate { [directory] in try await directory.lock(within: Self.bound) }
    lock.forget()
    let second = try await waiting.value
    await expectRefusal(.busy) { try await directory.lock(within: .zero) }
    withExtendedLifetime(second) {}
  }

  @Test func whoWaitsForADirectoryThatIsRemovedIsTold() async throws {
    var lock: SharedDescriptor? = try await directory.lock(within: .zero)
    let waiting = Task.immediate { [directory] in try await directory.lock(within: Self.bound) }
    directory.remove()
    lock.forget()
    await expectRefusal(.noSuchMachine) { try await waiting.value }
    #expect(fileType(directory.path) == nil)
  }

  @Test func whoWaitsToStartMakesARemovedDirectoryAnew() async throws {
    var lock: SharedDescriptor? = try await directory.lock(within: .zero)
    let waiting = Task.immediate { [directory] in try await directory.claim(within: Self.bound) }
    directory.remove()
    lock.forget()
    let second = try await waiting.value
    await expectRefusal(.busy) { try await directory.lock(within: .zero) }
    withExtendedLifetime(second) {}
  }

  /// Its file is another's: who held the lock of the old one holds nothing here.
  @Test func aDirectoryThatIsMadeAnewIsFree() async throws {
    let old = try await directory.lock(within: .zero)
    directory.remove()
    let new = try await directory.claim(within: .zero)
    await expectRefusal(.busy) { try await directory.lock(within: .zero) }
    withExtendedLifetime((old, new)) {}
  }

  @Test func aWaitThatIsCancelledIsTold() async throws {
    let lock = try await directory.lock(within: .zero)
    let waiting = Task.immediate { [directory] in try await directory.lock(within: Self.bound) }
    waiting.cancel()
    await expectRefusal(.cancelled) { try await waiting.value }
    withExtendedLifetime(lock) {}
  }

  @Test func aClaimMakesTheDirectoryAndRefusesAStrangers() async throws {
    directory.remove()
    _ = try await directory.claim(within: Self.bound)
    #expect(entryNames(of: directory.path) == ["lock"])
    try makeFile(directory.file("notes.txt"))
    let error = await #expect(throws: LifecycleError.self) {
      _ = try await directory.claim(within: Self.bound)
    }
    #expect(error?.code == .stateUnusable)
  }
}

extension Optional where Wrapped == SharedDescriptor {
  /// Lets go of it, and not before.
  fileprivate mutating func forget() { self = nil }
}
