import CLinux
import Glibc
import QEMUCommandLine
import QEMUJSON
package import QMP

/// The directory of one virtual machine: its record, its sockets, its logs, its lock.
package struct MachineFolder: Sendable, Hashable {
  static let recordFile = "vm.json"
  private static let lockFile = "lock"
  private static let callsFile = "kvm-calls.log"
  /// The files that describe a run after its end.
  private static let lasting = [recordFile, "stderr.log", "console.log"]
  /// Begins the names of what tells of the run before.
  private static let previous = "previous-"

  package let path: String
  package let name: MachineName
  private let state: StateDirectory

  package init(_ name: MachineName, in state: StateDirectory) {
    self.name = name
    self.state = state
    path = "\(state.path)/\(name)"
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }
  /// The log of QEMU's standard error.
  package var standardErrorLog: String { file("stderr.log") }
  /// The log of QEMU's standard output, which may be a console.
  package var consoleLog: String { file("console.log") }

  /// The trace of QEMU's calls to KVM while it started, where there is one.
  var callsLog: String { file(Self.callsFile) }

  var exists: Bool { access(path, F_OK) == 0 }

  /// Makes the directory, or takes the one that an earlier run of this name left; any other directory is left alone.
  func create() throws(LifecycleError) {
    if mkdir(path, 0o700) == 0 { return }
    if errno != EEXIST { throw StateDirectory.unusable(path, SystemError(errno, "").words) }
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
      throw StateDirectory.unusable(path, "it is not a directory of this user's")
    }
    if let stranger = entryNames(of: path)?.first(where: { !Self.isOurs($0) }) {
      throw StateDirectory.unusable(path, "it holds \"\(stranger)\", which is no file of a virtual machine's")
    }
  }

  /// Returns whether a file of this name is one that a run leaves.
  private static func isOurs(_ name: String) -> Bool {
    [lockFile, callsFile].contains(name) || lasting.contains(name)
      || (name.hasPrefix(previous) && lasting.contains(String(name.dropFirst(previous.count))))
      || (name.hasPrefix("qmp-") && name.hasSuffix(".sock"))
      || (name.hasPrefix(recordFile) && name.hasSuffix(".new"))
  }

  package func record() throws(LifecycleError) -> MachineRecord {
    errno = 0
    guard let text = readProcText(file(Self.recordFile)) else {
      // What is there and cannot be read may still tell of something that runs.
      guard [ENOENT, ENOTDIR].contains(errno) else { throw unreadable() }
      throw noSuchMachine()
    }
    guard let json = try? JSON.parse(text), let record = MachineRecord(json: json),
      record.name == name.description
    else { throw unreadable() }
    return record
  }

  private func noSuchMachine() -> LifecycleError {
    let others = (try? state.names()) ?? []
    return LifecycleError(
      .noSuchMachine, "there is no virtual machine \"\(name)\"",
      remedy: suggestion(name.description, others)
        + "see qemuctl list; name its state directory with --state-dir if it is another")
  }

  private func unreadable() -> LifecycleError {
    LifecycleError(
      .stateUnusable, "the record of \"\(name)\" cannot be read", evidence: [file(Self.recordFile)],
      remedy: "see whether its QEMU runs (ps), then remove the directory \(path)")
  }

  /// The record, or nil where there is none. One that cannot be read is an error: something may run under it.
  func recordIfAny() throws(LifecycleError) -> MachineRecord? {
    do throws(LifecycleError) {
      return try record()
    } catch {
      if error.code == .noSuchMachine { return nil }
      throw error
    }
  }

  func write(_ record: MachineRecord) throws(LifecycleError) {
    do {
      try AtomicFile.write(record.json.serialised() + "\n", to: file(Self.recordFile))
    } catch {
      throw StateDirectory.unusable(path, "\(error)")
    }
  }

  /// Writes down how a run ended, and removes the socket that a killed QEMU leaves.
  ///
  /// Who ended it knows why, and its parent knows how: what either has written stands.
  /// - Parameter reason: what ended it; nil where it is not known to this command.
  /// - Returns: what is written down now.
  func noteEnding(
    of process: ProcessIdentity, reason: String?, end: ProcessEnd
  ) throws(LifecycleError) -> MachineRecord.Ending {
    var record = try record()
    // A later run of this name may have begun: its ending and its log say nothing of this one's.
    let isOfThisRun = record.process == process
    let known = isOfThisRun ? record.ending : nil
    let ending = MachineRecord.Ending(
      reason: reason ?? known?.reason ?? MachineRecord.Ending.byItself,
      end: end == .unknown ? known?.end ?? end : end,
      text: isOfThisRun ? lastWords : "")
    if !isOfThisRun { return ending }
    UnixSocketPath(folder: path, name: record.socket).remove()
    record.ending = ending
    try write(record)
    return ending
  }

  /// The last lines of QEMU's standard error.
  var lastWords: String {
    (readProcText(standardErrorLog) ?? "").split(whereSeparator: \.isNewline).suffix(20)
      .joined(separator: "\n")
  }

  /// Removes what a run leaves, and the directory where nothing else is in it.
  func remove() {
    for name in ours { unlink(file(name)) }
    rmdir(path)
  }

  /// Puts the record and the logs of an earlier run aside, and removes what else it left: all but the lock.
  func setAside() {
    for name in ours where name != Self.lockFile {
      if Self.lasting.contains(name) {
        rename(file(name), file(Self.previous + name))
      } else if !name.hasPrefix(Self.previous) {
        unlink(file(name))
      }
    }
  }

  /// Removes what a run that came to nothing left, and takes back what the one before it did.
  func takeBack() {
    for name in ours where name != Self.lockFile && !name.hasPrefix(Self.previous) { unlink(file(name)) }
    for name in Self.lasting { rename(file(Self.previous + name), file(name)) }
    if access(file(Self.recordFile), F_OK) != 0 { remove() }
  }

  /// The names of what a run has left; none where a symlink stands in the directory's place.
  private var ours: [String] {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [] }
    return (entryNames(of: path) ?? []).filter(Self.isOurs)
  }
}

// MARK: - Locking

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
    let path = file(Self.lockFile)
    do throws(SystemError) {
      let descriptor = try Descriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
      let result = clinux_lock(descriptor.number)
      if result == -EAGAIN { return nil }
      _ = try checked(result, "lock \"\(path)\"")
      // Who held the lock may have removed the directory: then this is a lock on nothing.
      return isSameFile(descriptor.number, path) ? SharedDescriptor(descriptor) : nil
    } catch {
      if error.number == ENOENT {
        throw noSuchMachine()
      }
      throw StateDirectory.unusable(self.path, "\(error)")
    }
  }

  private func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
    var (open, named) = (stat(), stat())
    return fstat(descriptor, &open) == 0 && stat(path, &named) == 0 && open.st_ino == named.st_ino
      && open.st_dev == named.st_dev
  }

  private func busy() -> LifecycleError {
    LifecycleError(
      .busy, "another command is working on \"\(name)\"",
      remedy: "repeat the command when the other has ended")
  }
}
