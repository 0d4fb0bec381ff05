import Glibc
import QEMUCommandLine
import QMP

extension VirtualMachine {
  /// Makes the record of a virtual machine anew where it cannot be read.
  ///
  /// It is made of the live process's own command line and monitor; where nothing lives, the record of the run before stands
  /// again.
  /// - Parameters:
  ///   - name: its name.
  ///   - state: the state directory.
  ///   - deadline: the timeout for another command that works on it, and for QEMU to answer.
  /// - Returns: the record; one that can be read is returned as it is.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `busy`; `notRunning` where nothing is left to make a record of.
  public static func recover(
    _ name: MachineName, in state: StateDirectory, deadline: Duration = .seconds(10)
  ) async throws(LifecycleError) -> MachineRecord {
    let folder = MachineFolder(name, in: state)
    let lock = try await folder.lock(within: deadline)
    defer { withExtendedLifetime(lock) {} }
    if try !folder.isRecordDamaged() { return try folder.record() }
    if let record = try await liveRecord(folder, deadline) {
      try folder.write(record)
      return record
    }
    if let previous = try? folder.previousRecord() {
      try folder.write(previous)
      return previous
    }
    throw LifecycleError(
      .notRunning, "the record of \"\(name)\" cannot be recovered: nothing of it runs",
      remedy: "remove what is left of it with qemuctl rm \(name), and start it again")
  }

  /// The record of a QEMU that writes one of the directory's logs.
  private static func liveRecord(
    _ folder: MachineFolder, _ deadline: Duration
  ) async throws(LifecycleError) -> MachineRecord? {
    for run in try folder.runsInUse() {
      guard let process = writer(of: folder.file(run.standardError)) else { continue }
      let command = (readProcText("/proc/\(process.pid)/cmdline") ?? "")
        .split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
      let requested = LaunchPlan.requested(in: Array(command.dropFirst()))
      let version = await version(UnixSocketPath(folder: folder.path, name: run.socket), process, deadline)
      return MachineRecord(
        name: folder.name.description, process: process, socket: run.socket, binary: command.first ?? "",
        version: version ?? "", requested: LaunchPlan.withSecrets(requested, of: process.pid),
        command: command, started: Int64(time(nil)), accelerator: nil, verdict: nil, accepted: [], ending: nil
      )
    }
    return nil
  }

  /// The process whose standard error a file is, and that runs QEMU.
  private static func writer(of log: String) -> ProcessIdentity? {
    var (wanted, found) = (stat(), stat())
    guard stat(log, &wanted) == 0 else { return nil }
    for pid in (entryNames(of: "/proc") ?? []).compactMap({ Int32($0) }) {
      guard stat("/proc/\(pid)/fd/2", &found) == 0,
        (found.st_ino, found.st_dev) == (wanted.st_ino, wanted.st_dev), QEMUProgram.isRun(by: pid) == true
      else { continue }
      return ProcessIdentity(reading: pid)
    }
    return nil
  }

  /// QEMU's version, as its monitor tells it; nil where it does not answer.
  private static func version(
    _ socket: UnixSocketPath, _ process: ProcessIdentity, _ deadline: Duration
  ) async -> String? {
    guard let descriptor = try? socket.connect() else { return nil }
    let session = QMPSession(socket: descriptor)
    defer { Task { await session.close() } }
    guard (try? await session.peer().pid) == process.pid else { return nil }
    return try? await session.negotiate(deadline: deadline).version.description
  }
}

extension MachineFolder {
  /// Returns whether the record's file holds something else than a record, and nobody else could have written it.
  func isRecordDamaged() throws(LifecycleError) -> Bool {
    guard let text = try open()?.text(of: Self.recordFile) else { return false }
    return MachineRecord(text: text, of: name) == nil
  }

  /// The runs of which something lives.
  func runsInUse() throws(LifecycleError) -> [RunFiles] {
    guard let directory = try open() else { return [] }
    return Set(directory.entries.compactMap { RunFiles(file: $0) }).filter(isInUse)
  }
}
