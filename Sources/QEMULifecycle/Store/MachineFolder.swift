import CLinux
import Glibc
import QEMUCommandLine
import QEMUJSON
import QMP
import Synchronization

/// The directory of one virtual machine: its record, its sockets, its logs, its lock.
package struct MachineFolder: Sendable, Hashable {
  static let recordFile = "vm.json"
  /// The record of the run before, while a start is under way and after it.
  static let previousRecordFile = "previous-vm.json"
  static let lockFile = "lock"

  package let path: String
  package let name: MachineName
  let state: StateDirectory
  private let opened = OpenedDirectory()

  package init(_ name: MachineName, in state: StateDirectory) {
    self.name = name
    self.state = state
    path = "\(state.path)/\(name)"
  }

  /// Compares the paths.
  package static func == (left: MachineFolder, right: MachineFolder) -> Bool { left.path == right.path }

  /// Hashes the path.
  package func hash(into hasher: inout Hasher) { hasher.combine(path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Opens the directory.
  /// - Returns: nil where it does not exist.
  /// - Throws: ``LifecycleError`` `stateUnusable` where another user could have changed what is in it.
  func open() throws(LifecycleError) -> PrivateDirectory? {
    if let directory = opened.directory, directory.isInPlace { return directory }
    guard let above = try PrivateDirectory.open(state.path) else { return nil }
    let directory = try above.subdirectory(name.description)
    opened.directory = directory
    return directory
  }

  /// Makes the directory, or takes the one that an earlier run of this name left; any other directory is left alone.
  func create() throws(LifecycleError) {
    guard let above = try PrivateDirectory.open(state.path) else {
      throw StateDirectory.unusable(path, SystemError(ENOENT, "").words)
    }
    do throws(SystemError) {
      try above.makeDirectory(name.description)
    } catch {
      throw StateDirectory.unusable(path, SystemError(error.number, ""))
    }
    let entries = try above.subdirectory(name.description)?.entries ?? []
    if let stranger = entries.first(where: { !Self.isOurs($0) }) {
      throw StateDirectory.unusable(path, "it holds \"\(stranger)\", which is no file of a virtual machine's")
    }
  }

  /// Returns whether a file of this name is one that a run leaves.
  private static func isOurs(_ name: String) -> Bool {
    [lockFile, recordFile, previousRecordFile].contains(name) || RunFiles(file: name) != nil
      || (name.hasPrefix(recordFile) && name.hasSuffix(".new"))
  }

  package func record() throws(LifecycleError) -> MachineRecord {
    if let record = try recordIfAny() { return record }
    if try liveRuns().isEmpty { throw noSuchMachine() }
    throw unreadable(Self.recordFile)
  }

  /// The record, or nil where there is none. One that cannot be read is an error: something may run under it.
  func recordIfAny() throws(LifecycleError) -> MachineRecord? { try record(in: Self.recordFile) }

  /// The record of the run before this one.
  func previousRecord() throws(LifecycleError) -> MachineRecord? { try record(in: Self.previousRecordFile) }

  private func record(in file: String) throws(LifecycleError) -> MachineRecord? {
    guard let text = try open()?.text(of: file) else { return nil }
    guard let record = MachineRecord(text: text, of: name) else { throw unreadable(file) }
    return record
  }

  func noSuchMachine() -> LifecycleError {
    let others = (try? state.names()) ?? []
    return LifecycleError(
      .noSuchMachine, "there is no virtual machine \"\(name)\"",
      remedy: suggestion(name.description, others)
        + "see qemuctl list; name its state directory with --state-dir if it is another")
  }

  private func unreadable(_ file: String) -> LifecycleError {
    LifecycleError(
      .stateUnusable, "the record of \"\(name)\" cannot be read", evidence: [self.file(file)],
      remedy: "make it anew of the QEMU that runs, or of the run before: qemuctl recover \(name)"
    )
  }

  func write(_ record: MachineRecord) throws(LifecycleError) {
    do {
      guard let directory = try open() else {
        throw SystemError(ENOENT, "write \"\(file(Self.recordFile))\"")
      }
      try directory.write(record.json.serialised() + "\n", to: Self.recordFile)
    } catch let error as LifecycleError {
      throw error
    } catch let error as SystemError {
      throw StateDirectory.unusable(path, error)
    } catch {
      throw StateDirectory.unusable(path, "\(error)")
    }
  }

  /// Checks that a record of the same size could be written twice more, as a restart does.
  /// - Throws: ``LifecycleError`` `stateUnusable` where it could not.
  func requireRoom(for record: MachineRecord) throws(LifecycleError) {
    let (size, trial) = ((try? record.json.serialised().utf8.count) ?? 0, "\(Self.recordFile).trial.new")
    guard let directory = try open() else { return }
    do throws(SystemError) {
      try directory.write(String(repeating: " ", count: 2 * size + 4096), to: trial)
    } catch {
      throw StateDirectory.unusable(path, error)
    }
    directory.remove(trial)
  }

  /// Reads a file of a run; empty where there is none or it cannot be read.
  func text(of file: String) -> String { String(decoding: bytes(of: file), as: UTF8.self) }

  /// Reads the bytes of a file of a run in the same way.
  func bytes(of file: String) -> [UInt8] { (try? open()?.bytes(of: file)) ?? [] }

  /// The last lines of QEMU's standard error in a run.
  func lastWords(of run: RunFiles) -> String {
    text(of: run.standardError).split(whereSeparator: \.isNewline).suffix(20).joined(separator: "\n")
  }

  /// Writes down how a run ended, and removes the socket that a killed QEMU leaves.
  ///
  /// Who ended it knows why, and its parent knows how: what either has written stands. A run whose start was never completed
  /// leaves no record; that of the run before it stands again.
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
      text: isOfThisRun ? lastWords(of: record.run) : "")
    if !isOfThisRun { return ending }
    if record.isStarting {
      try rollBack()
      return ending
    }
    UnixSocketPath(folder: path, name: record.run.socket).remove()
    record.ending = ending
    try write(record)
    return ending
  }

  /// Removes what a run leaves, and the directory where nothing else is in it.
  func remove() {
    guard let above = try? PrivateDirectory.open(state.path),
      let directory = try? above.subdirectory(name.description)
    else { return }
    // The lock goes last: whoever waits for it finds nothing of this run.
    let entries = directory.entries.filter { Self.isOurs($0) && $0 != Self.lockFile }
    for entry in entries + [Self.lockFile] { directory.remove(entry) }
    above.removeDirectory(name.description)
  }
}

// MARK: - Starting

extension MachineFolder {
  /// Prepares the directory for a new run, whose record may take the place of the last one at any time from here on.
  func prepareRun() throws(LifecycleError) {
    guard let directory = try open() else { return }
    let record = try recordIfAny()
    removeLeftovers(in: directory, of: record)
    if record == nil { return }
    do throws(SystemError) {
      try directory.link(Self.recordFile, as: Self.previousRecordFile)
    } catch {
      throw StateDirectory.unusable(path, "\(error)")
    }
  }

  /// Undoes a start that came to nothing, and removes the directory where no run is recorded in it.
  /// - Parameter run: a run whose start is undone although it was completed.
  func rollBack(_ run: RunFiles? = nil) throws(LifecycleError) {
    try restore(run)
    if try recordIfAny() == nil { remove() }
  }

  /// Removes what a start that came to nothing left; the record of the run before it stands again.
  /// - Parameter run: a run whose start is undone although it was completed.
  func restore(_ run: RunFiles? = nil) throws(LifecycleError) {
    guard let directory = try open() else { return }
    if let record = try recordIfAny(), record.isStarting || record.run == run {
      if directory.has(Self.previousRecordFile) {
        try? directory.rename(Self.previousRecordFile, to: Self.recordFile)
      } else {
        directory.remove(Self.recordFile)
      }
    }
    removeLeftovers(in: directory, of: try recordIfAny())
  }

  /// Removes all but the record, the files of its run and the lock.
  private func removeLeftovers(in directory: PrivateDirectory, of record: MachineRecord?) {
    for entry in directory.entries where Self.isOurs(entry) {
      if [Self.lockFile, Self.recordFile].contains(entry) { continue }
      if let run = RunFiles(file: entry), run == record?.run { continue }
      directory.remove(entry)
    }
  }

  /// Returns whether something of a run lives: QEMU holds a lock on its log, and listens on its socket.
  ///
  /// It is asked where the process cannot be seen, as in another PID namespace.
  func isInUse(_ run: RunFiles) -> Bool {
    if let log = try? open()?.handle.descriptor.open(run.standardError, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
      clinux_is_locked(log.number, 0, 0) > 0
    {
      return true
    }
    do throws(SystemError) {
      _ = try UnixSocketPath(folder: path, name: run.socket).connect()
      return true
    } catch {
      // A full queue of clients is one of somebody who lives.
      return error.number == EAGAIN
    }
  }
}

/// A directory that has been opened and checked, which takes a while.
private final class OpenedDirectory: Sendable {
  private let state = Mutex<PrivateDirectory?>(nil)

  var directory: PrivateDirectory? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
