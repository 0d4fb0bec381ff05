import CLinux
import Glibc
package import QMP

extension MachineFolder {
  /// Makes the directory and takes it for a start.
  ///
  /// A start that fails removes its directory, so who has waited for it makes it anew.
  func claim(within deadline: Duration) async throws(LifecycleError) -> SharedDescriptor {
    let end = ContinuousClock.now + deadline
    while true {
      try create()
      do throws(LifecycleError) {
        return try await lock(within: end - .now)
      } catch {
        if error.code != .noSuchMachine { throw error }
        if ContinuousClock.now >= end { throw busy() }
      }
    }
  }

  /// Takes the directory for one command; it is given back when the lock is released.
  ///
  /// A lock has no event to wait for, so a taken one is tried again until the deadline.
  package func lock(within deadline: Duration) async throws(LifecycleError) -> SharedDescriptor {
    let end = ContinuousClock.now + deadline
    while true {
      if let lock = try tryLock() { return lock }
      if ContinuousClock.now >= end { throw busy() }
      do { try await Task.sleep(for: .milliseconds(20)) } catch {
        throw LifecycleError(
          .cancelled, "the wait for \"\(name)\" was cancelled",
          remedy: "repeat the command when the other has ended")
      }
    }
  }

  private func tryLock() throws(LifecycleError) -> SharedDescriptor? {
    guard let directory = try open() else { throw noSuchMachine() }
    if let kind = directory.kind(of: Self.lockFile), kind != S_IFREG {
      throw LifecycleError(
        .stateUnusable, "\"\(file(Self.lockFile))\" is no plain file", remedy: "remove it: it is only a lock")
    }
    do throws(SystemError) {
      let descriptor = try openLock(in: directory)
      var result = clinux_lock(descriptor.number)
      if result == -EBADF { result = clinux_lock_shared(descriptor.number) }
      if result == -EAGAIN { return nil }
      _ = try checked(result, "lock \"\(file(Self.lockFile))\"")
      // Who held the lock may have removed the directory: then this is a lock on nothing.
      return directory.names(Self.lockFile, descriptor) ? SharedDescriptor(descriptor) : nil
    } catch {
      if error.number == ENOENT { throw noSuchMachine() }
      throw StateDirectory.unusable(path, error)
    }
  }

  /// On a file system that cannot be written nobody can change a record, and who only reads may go on.
  private func openLock(
    in directory: PrivateDirectory
  ) throws(SystemError) -> Descriptor {
    do throws(SystemError) {
      return try directory.create(Self.lockFile, O_RDWR)
    } catch {
      guard error.number == EROFS else { throw error }
      return try directory.handle.descriptor.open(Self.lockFile, O_RDONLY | O_NOFOLLOW)
    }
  }

  private func busy() -> LifecycleError {
    LifecycleError(
      .busy, "another command is working on \"\(name)\"",
      remedy: "repeat the command when the other has ended")
  }
}
