import CLinux
import Glibc
package import LinuxSystem
package import QEMUDiagnosis
import QMP

extension MachineDirectory {
  /// Creates and locks the directory for a start.
  ///
  /// A start that fails removes the directory; a command that waited for the lock then creates it again.
  func claim(within timeout: Duration) async throws(LifecycleError) -> SharedDescriptor {
    let end = ContinuousClock.now + timeout
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

  /// Locks the directory for one command, until the descriptor is released.
  ///
  /// The kernel reports no event for a lock that becomes free, so the lock is polled until the timeout expires.
  package func lock(within timeout: Duration) async throws(LifecycleError) -> SharedDescriptor {
    let end = ContinuousClock.now + timeout
    while true {
      if let lock = try tryLock() { return lock }
      if ContinuousClock.now >= end { throw busy() }
      do { try await Task.sleep(for: .milliseconds(20)) } catch {
        throw LifecycleError(
          .cancelled, "the wait for the lock of \"\(name)\" was cancelled",
          remedy: "repeat the command after the other command has ended")
      }
    }
  }

  private func tryLock() throws(LifecycleError) -> SharedDescriptor? {
    guard let directory = try open() else { throw noSuchMachine() }
    if let kind = directory.kind(of: Self.lockFile), kind != S_IFREG {
      throw LifecycleError(
        .stateUnusable, "\"\(file(Self.lockFile))\" is not a regular file",
        remedy: "remove it: it is only a lock")
    }
    do throws(SystemError) {
      let descriptor = try openLock(in: directory)
      var result = clinux_lock(descriptor.number)
      if result == -EBADF { result = clinux_lock_shared(descriptor.number) }
      if result == -EAGAIN { return nil }
      _ = try checked(result, "lock \"\(file(Self.lockFile))\"")
      // The previous holder of the lock may have removed the file: then this lock has no effect.
      return directory.names(Self.lockFile, descriptor) ? SharedDescriptor(descriptor) : nil
    } catch {
      if error.number == ENOENT { throw noSuchMachine() }
      throw StateDirectory.unusable(path, error)
    }
  }

  /// Opens the lock file. On a read-only file system it is opened for reading, because commands that only read records
  /// work there.
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
      remedy: "repeat the command after the other command has ended")
  }
}
