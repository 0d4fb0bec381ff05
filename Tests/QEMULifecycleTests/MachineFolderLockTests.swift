import Glibc
import QMP
import Testing

@testable import QEMULifecycle

/// One command at a time works on a virtual machine, and who waits for its turn is told when there is none.
@Suite struct MachineFolderLockTests {
  let temporary: TemporaryFolder
  let folder: MachineFolder
  /// No wait of these tests takes as long, unless something is broken.
  private static let bound = Duration.seconds(120)

  init() throws {
    temporary = try TemporaryFolder()
    folder = MachineFolder(try MachineName("web"), in: StateDirectory(path: temporary.path))
    try folder.create()
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
      let lock = try await folder.lock(within: Self.bound)
      await expectRefusal(.busy) { try await folder.lock(within: .zero) }
      await expectRefusal(.busy) { try await folder.claim(within: .milliseconds(1)) }
      withExtendedLifetime(lock) {}
    }
    #expect(permissions(folder.file("lock")) == 0o600)
  }

  /// As locks of a whole process are.
  @Test func aLockOutlivesTheClosingOfTheSameFileElsewhere() async throws {
    let lock = try await folder.lock(within: .zero)
    _ = try Descriptor.open(folder.file("lock"), O_RDWR)
    await expectRefusal(.busy) { try await folder.lock(within: .zero) }
    withExtendedLifetime(lock) {}
  }

  @Test func theLocksOfTwoNamesAreTwo() async throws {
    let other = MachineFolder(try MachineName("db"), in: StateDirectory(path: temporary.path))
    let lock = try await folder.lock(within: .zero)
    let second = try await other.claim(within: .zero)
    withExtendedLifetime((lock, second)) {}
  }

  @Test func aProgramThatIsStartedHoldsNoLock() async throws {
    var lock: SharedDescriptor? = try await folder.lock(within: .zero)
    let process = try QEMUProcess.spawn("/bin/sleep", ["60"], environment: [], passing: [])
    lock.forget()
    _ = try await folder.lock(within: Self.bound)
    try process.send(signal: SIGKILL)
    #expect(await process.waitForEnd(within: Self.bound) != nil)
  }

  @Test func aFolderThatIsNotThereHasNoLock() async {
    folder.remove()
    await expectRefusal(.noSuchMachine) { try await folder.lock(within: Self.bound) }
    #expect(fileType(folder.path) == nil)
  }

  @Test func aFolderInTheLocksPlaceIsTold() async throws {
    try makeFolder(folder.file("lock"))
    let error = await #expect(throws: LifecycleError.self) { _ = try await folder.lock(within: Self.bound) }
    #expect(error?.code == .stateUnusable)
    #expect(error?.summary.contains("is not a regular file") == true)
  }

  /// An immediate task is in its wait when its maker goes on.
  @Test func whoWaitsIsGivenTheLockWhenItIsFree() async throws {
    var lock: SharedDescriptor? = try await folder.lock(within: .zero)
    let waiting = Task.immediate { [folder] in try await folder.lock(within: Self.bound) }
    lock.forget()
    let second = try await waiting.value
    await expectRefusal(.busy) { try await folder.lock(within: .zero) }
    withExtendedLifetime(second) {}
  }

  @Test func whoWaitsForAFolderThatIsRemovedIsTold() async throws {
    var lock: SharedDescriptor? = try await folder.lock(within: .zero)
    let waiting = Task.immediate { [folder] in try await folder.lock(within: Self.bound) }
    folder.remove()
    lock.forget()
    await expectRefusal(.noSuchMachine) { try await waiting.value }
    #expect(fileType(folder.path) == nil)
  }

  @Test func whoWaitsToStartMakesARemovedFolderAnew() async throws {
    var lock: SharedDescriptor? = try await folder.lock(within: .zero)
    let waiting = Task.immediate { [folder] in try await folder.claim(within: Self.bound) }
    folder.remove()
    lock.forget()
    let second = try await waiting.value
    await expectRefusal(.busy) { try await folder.lock(within: .zero) }
    withExtendedLifetime(second) {}
  }

  /// Its file is another's: who held the lock of the old one holds nothing here.
  @Test func aFolderThatIsMadeAnewIsFree() async throws {
    let old = try await folder.lock(within: .zero)
    folder.remove()
    let new = try await folder.claim(within: .zero)
    await expectRefusal(.busy) { try await folder.lock(within: .zero) }
    withExtendedLifetime((old, new)) {}
  }

  @Test func aWaitThatIsCancelledIsTold() async throws {
    let lock = try await folder.lock(within: .zero)
    let waiting = Task.immediate { [folder] in try await folder.lock(within: Self.bound) }
    waiting.cancel()
    await expectRefusal(.cancelled) { try await waiting.value }
    withExtendedLifetime(lock) {}
  }

  @Test func aClaimMakesTheFolderAndRefusesAStrangers() async throws {
    folder.remove()
    _ = try await folder.claim(within: Self.bound)
    #expect(entryNames(of: folder.path) == ["lock"])
    try makeFile(folder.file("notes.txt"))
    let error = await #expect(throws: LifecycleError.self) { _ = try await folder.claim(within: Self.bound) }
    #expect(error?.code == .stateUnusable)
  }
}

extension Optional where Wrapped == SharedDescriptor {
  /// Lets go of it, and not before.
  fileprivate mutating func forget() { self = nil }
}
