import CLinux
import Glibc
import LinuxSystem
import QEMUCommandLine
package import QEMUDiagnosis
import QEMUJSON
import Synchronization

/// The directory of one virtual machine, with its record, socket, logs and lock.
package struct MachineDirectory: Sendable, Hashable {
  static let recordFile = "vm.json"
  /// The record of the previous run, during a start and after it.
  static let previousRecordFile = "previous-vm.json"
  static let lockFile = "lock"
  /// The files of the supervisor, which all runs share.
  static let supervisorFiles = [
    SupervisorConnection.socket, "qmp.sock", "qmp-ro.sock", "supervisor.lock", supervisorLog, "events.log",
    "events.log.1",
  ]

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
  package static func == (left: MachineDirectory, right: MachineDirectory) -> Bool { left.path == right.path }

  /// Hashes the path.
  package func hash(into hasher: inout Hasher) { hasher.combine(path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Opens the directory.
  /// - Returns: the directory; nil if it does not exist.
  /// - Throws: ``LifecycleError`` `stateUnusable` if another user could have changed its files.
  func open() throws(LifecycleError) -> PrivateDirectory? {
    if let directory = opened.directory, directory.isInPlace { return directory }
    guard let above = try PrivateDirectory.open(state.path) else { return nil }
    let directory = try above.subdirectory(name.description)
    opened.directory = directory
    return directory
  }

  /// Creates the directory, or uses the one of an earlier run.
  /// - Throws: ``LifecycleError`` `stateUnusable` if it has a file that is not one of a virtual machine.
  func create() throws(LifecycleError) {
    guard let above = try PrivateDirectory.open(state.path) else {
      throw StateDirectory.unusable(path, SystemError(ENOENT, "").message)
    }
    do throws(SystemError) {
      try above.makeDirectory(name.description)
    } catch {
      throw StateDirectory.unusable(path, SystemError(error.number, ""))
    }
    let entries = try above.subdirectory(name.description)?.entries ?? []
    if let foreignFile = entries.first(where: { !Self.isOurs($0) }) {
      throw StateDirectory.unusable(
        path, "it has a file \"\(foreignFile)\" that does not belong to a virtual machine")
    }
  }

  /// Returns whether a file name is one that a run uses.
  private static func isOurs(_ name: String) -> Bool {
    [lockFile, recordFile, previousRecordFile].contains(name) || supervisorFiles.contains(name)
      || RunFiles(file: name) != nil
      || (name.hasPrefix(recordFile) && name.hasSuffix(".new"))
  }

  package func record() throws(LifecycleError) -> MachineRecord {
    if let record = try recordIfAny() { return record }
    if try liveRuns().isEmpty { throw noSuchMachine() }
    throw unusable(Self.recordFile, "is missing")
  }

  /// Returns the record; nil if there is none.
  /// - Throws: ``LifecycleError`` `stateUnusable` if it is damaged: its QEMU may be running.
  func recordIfAny() throws(LifecycleError) -> MachineRecord? { try record(in: Self.recordFile) }

  /// Returns the record of the previous run; nil if there is none.
  func previousRecord() throws(LifecycleError) -> MachineRecord? { try record(in: Self.previousRecordFile) }

  private func record(in file: String) throws(LifecycleError) -> MachineRecord? {
    guard let text = try open()?.text(of: file) else { return nil }
    guard let record = MachineRecord(text: text, of: name) else { throw unusable(file, "is damaged") }
    return record
  }

  func noSuchMachine() -> LifecycleError {
    let others = (try? state.names()) ?? []
    return LifecycleError(
      .noSuchMachine, "there is no virtual machine \"\(name)\"",
      remedy: suggestion(name.description, others)
        + "see qemuctl list; if it is in another state directory, pass --state-dir")
  }

  private func unusable(_ file: String, _ fault: String) -> LifecycleError {
    LifecycleError(
      .stateUnusable, "the record of \"\(name)\" \(fault)", evidence: [self.file(file)],
      remedy: "rebuild it from the running QEMU or the previous record: qemuctl recover \(name)"
    )
  }

  func write(_ record: MachineRecord) throws(LifecycleError) {
    do {
      guard let directory = try open() else {
        throw SystemError(ENOENT, "write \"\(file(Self.recordFile))\"")
      }
      try directory.write(record.json.serialized() + "\n", to: Self.recordFile)
    } catch let error as LifecycleError {
      throw error
    } catch let error as SystemError {
      throw StateDirectory.unusable(path, error)
    } catch {
      throw StateDirectory.unusable(path, "\(error)")
    }
  }

  /// Checks that there is space for two more records.
  /// - Throws: ``LifecycleError`` `stateUnusable` if there is not.
  func requireSpace(for record: MachineRecord) throws(LifecycleError) {
    let (size, trial) = ((try? record.json.serialized().utf8.count) ?? 0, "\(Self.recordFile).trial.new")
    guard let directory = try open() else { return }
    do throws(SystemError) {
      try directory.write(String(repeating: " ", count: 2 * size + 4096), to: trial)
    } catch {
      throw StateDirectory.unusable(path, error)
    }
    directory.remove(trial)
  }

  /// Records a request to stop a run for its supervisor, which does not answer.
  func writeStopRequest(of run: RunFiles) throws(LifecycleError) {
    guard let directory = try open() else { return }
    do throws(SystemError) {
      try directory.write("", to: run.stopRequest)
    } catch {
      throw StateDirectory.unusable(path, error)
    }
  }

  /// Returns the text of a file; empty if it does not exist or cannot be read.
  func text(of file: String) -> String { String(decoding: bytes(of: file), as: UTF8.self) }

  /// Returns the bytes of a file; none if it does not exist or cannot be read.
  func bytes(of file: String) -> [UInt8] { (try? open()?.bytes(of: file)) ?? [] }

  /// Returns the last lines of QEMU's standard error in a run.
  func lastMessages(of run: RunFiles) -> String {
    text(of: run.standardError).split(whereSeparator: \.isNewline).suffix(20).joined(separator: "\n")
  }

  /// Records the end of a run, and removes the socket that a killed QEMU leaves.
  ///
  /// The command that ended it records the step, and the parent process the exit status; a value that is known is
  /// kept. The record of a run whose start was not completed is removed, and that of the previous run is restored.
  /// - Parameters:
  ///   - process: the process of the run.
  ///   - step: the step of a stop that ended it; nil if this command did not end it.
  ///   - end: the exit of the process.
  /// - Returns: the ending that is recorded now.
  func recordEnding(
    of process: ProcessIdentity, by step: ShutdownPolicy.Step?, end: ProcessEnd
  ) throws(LifecycleError) -> MachineRecord.Ending {
    var record = try record()
    // The record may be that of a later run: its ending and its log are not those of this run.
    let isOfThisRun = record.process == process
    let known = isOfThisRun ? record.ending ?? journaledEnding(of: record.run) : nil
    let ending = MachineRecord.Ending(
      cause: step.map { .stop($0) } ?? known?.cause ?? .unrequested,
      end: end == .unknown ? known?.end ?? end : end,
      text: isOfThisRun ? lastMessages(of: record.run) : "")
    if !isOfThisRun { return ending }
    if record.isStarting {
      try rollBack()
      return ending
    }
    UnixSocketPath(directory: path, name: record.run.socket).remove()
    record.ending = ending
    try write(record)
    return ending
  }

  /// Removes the files of all runs, and the directory if it is empty then.
  func remove() {
    guard let above = try? PrivateDirectory.open(state.path),
      let directory = try? above.subdirectory(name.description)
    else { return }
    // The lock is removed last: a command that waits for it then finds no file of this run.
    let entries = directory.entries.filter { Self.isOurs($0) && $0 != Self.lockFile }
    for entry in entries + [Self.lockFile] { directory.remove(entry) }
    above.removeDirectory(name.description)
  }
}

// MARK: - Starting

extension MachineDirectory {
  /// Prepares the directory for a new run: the record of the last one is kept as the previous record.
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

  /// Undoes a failed start, and removes the directory if it has no record then.
  /// - Parameter run: a run to undo even if its start is complete.
  func rollBack(_ run: RunFiles? = nil) throws(LifecycleError) {
    try restore(run)
    if try recordIfAny() == nil { remove() }
  }

  /// Removes the files of a failed start, and restores the record of the previous run.
  /// - Parameter run: a run to undo even if its start is complete.
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

  /// Removes all files except the record, the files of its run and the lock.
  private func removeLeftovers(in directory: PrivateDirectory, of record: MachineRecord?) {
    for entry in directory.entries where Self.isOurs(entry) {
      if [Self.lockFile, Self.recordFile].contains(entry) || Self.supervisorFiles.contains(entry) {
        continue
      }
      if let run = RunFiles(file: entry), run == record?.run { continue }
      directory.remove(entry)
    }
  }

  /// Returns whether a process uses the files of a run: QEMU holds a lock on its log, and listens on its socket.
  ///
  /// This also finds a process that is not visible here, such as one in another PID namespace.
  func isInUse(_ run: RunFiles) -> Bool {
    if let log = try? open()?.handle.descriptor.open(run.standardError, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
      clinux_is_locked(log.number, 0, 0) > 0
    {
      return true
    }
    do throws(SystemError) {
      _ = try UnixSocketPath(directory: path, name: run.socket).connect()
      return true
    } catch {
      // A full backlog means that a process listens.
      return error.number == EAGAIN
    }
  }
}

/// A directory that has been opened and checked. It is kept, because the checks are slow.
private final class OpenedDirectory: Sendable {
  private let state = Mutex<PrivateDirectory?>(nil)

  var directory: PrivateDirectory? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
