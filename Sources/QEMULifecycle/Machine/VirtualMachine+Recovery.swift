import Glibc
import QEMUCommandLine
import QMP

extension VirtualMachine {
  /// Makes the record of a virtual machine anew where it cannot be read, or names another process than its QEMU.
  ///
  /// It is made of the live process's own command line and monitor; where nothing lives, the record of the run before stands
  /// again.
  /// - Parameters:
  ///   - name: its name.
  ///   - state: the state directory.
  ///   - deadline: the timeout for another command that works on it, and for QEMU to answer.
  /// - Returns: the record; one that is right is returned as it is.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `busy`; `unproven` where its QEMU cannot be seen from here; `notRunning` where
  ///   nothing is left to make a record of.
  public static func recover(
    _ name: MachineName, in state: StateDirectory, deadline: Duration = .seconds(10)
  ) async throws(LifecycleError) -> MachineRecord {
    let folder = MachineFolder(name, in: state)
    let lock = try await folder.lock(within: deadline)
    defer { withExtendedLifetime(lock) {} }
    let isDamaged = try folder.isRecordDamaged()
    let record = isDamaged ? nil : try folder.record()
    if let record, isTrue(record, folder) { return record }
    if let record = try await liveRecord(folder, deadline) { return try folder.replaceRecord(by: record) }
    if let record { return record }
    if let previous = try? folder.previousRecord() { return try folder.replaceRecord(by: previous) }
    throw LifecycleError(
      .notRunning, "the record of \"\(name)\" cannot be recovered: nothing of it runs",
      remedy: "remove what is left of it with qemuctl rm \(name), and start it again")
  }

  /// Returns whether a record names its QEMU, or one that has ended.
  private static func isTrue(_ record: MachineRecord, _ folder: MachineFolder) -> Bool {
    do throws(LifecycleError) {
      _ = try RecordedProcess.find(record, in: folder)
      return true
    } catch {
      return ![.unproven, .foreign].contains(error.code)
    }
  }

  /// The record of a QEMU that writes one of the directory's logs.
  private static func liveRecord(
    _ folder: MachineFolder, _ deadline: Duration
  ) async throws(LifecycleError) -> MachineRecord? {
    let live = try folder.liveRuns()
    for (run, holder) in live {
      guard case .qemu(let process) = holder else { continue }
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
    // An older record must not take the place of what runs where it cannot be seen.
    if let unseen = live.first { throw folder.unproven(unseen.holder) }
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
  /// Returns whether a record is missing although QEMU runs, or its file holds something else than a record.
  func isRecordDamaged() throws(LifecycleError) -> Bool {
    guard let directory = try open() else { return false }
    switch directory.kind(of: Self.recordFile) {
    case nil: return try !liveRuns().isEmpty
    case S_IFREG:
      guard let text = try directory.text(of: Self.recordFile) else { return false }
      return MachineRecord(text: text, of: name) == nil
    // It is refused as one everywhere, whoever put it there.
    case S_IFLNK:
      _ = try directory.text(of: Self.recordFile)
      return false
    // Only this user, or root, can have put a pipe or a directory there.
    default: return true
    }
  }

  /// Writes a record in the place of whatever has its name; a directory must be empty for that.
  fileprivate func replaceRecord(by record: MachineRecord) throws(LifecycleError) -> MachineRecord {
    if let directory = try open() { directory.removeDirectory(Self.recordFile) }
    try write(record)
    return record
  }
}
