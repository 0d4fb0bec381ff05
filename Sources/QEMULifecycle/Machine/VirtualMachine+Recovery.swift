import Glibc
import LinuxSystem
import QEMUCommandLine
public import QEMUDiagnosis
import QMP

extension VirtualMachine {
  /// Rebuilds the record of a virtual machine if it is missing or damaged, or does not name its QEMU process.
  ///
  /// It is rebuilt from the command line and the monitor of the running process. If no QEMU is running, the record of
  /// the previous run is restored.
  /// - Parameters:
  ///   - name: its name.
  ///   - state: the state directory.
  ///   - timeout: the timeout for the lock, and for QEMU's answer.
  /// - Returns: the record; a correct record is returned unchanged.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `busy`, `stateUnusable`, `hostUnusable`, `cancelled`; `unproven` if
  ///   its QEMU is not visible here; `notRunning` if there is no running QEMU and no previous record.
  public static func recover(
    _ name: MachineName, in state: StateDirectory, timeout: Duration = .seconds(10)
  ) async throws(LifecycleError) -> MachineRecord {
    let directory = MachineDirectory(name, in: state)
    let lock = try await directory.lock(within: timeout)
    defer { withExtendedLifetime(lock) {} }
    let isDamaged = try directory.isRecordDamaged()
    let record = isDamaged ? nil : try directory.record()
    if let record, isCorrect(record, directory) { return record }
    if let record = try await liveRecord(directory, timeout) {
      return try directory.replaceRecord(by: record)
    }
    if let record { return record }
    if let previous = try? directory.previousRecord() { return try directory.replaceRecord(by: previous) }
    throw LifecycleError(
      .notRunning, "the record of \"\(name)\" cannot be rebuilt: no QEMU of \"\(name)\" is running",
      remedy: "remove its files with qemuctl rm \(name), and start the virtual machine again")
  }

  /// Returns whether a record names its QEMU process, running or ended.
  private static func isCorrect(_ record: MachineRecord, _ directory: MachineDirectory) -> Bool {
    do throws(LifecycleError) {
      _ = try RecordedProcess.find(record, in: directory)
      return true
    } catch {
      return ![.unproven, .foreign].contains(error.code)
    }
  }

  /// Returns a record of the running QEMU that writes one of the directory's logs; nil if there is none.
  private static func liveRecord(
    _ directory: MachineDirectory, _ timeout: Duration
  ) async throws(LifecycleError) -> MachineRecord? {
    let live = try directory.liveRuns()
    for (run, holder) in live {
      guard case .qemu(let process) = holder else { continue }
      let command = (readProcText("/proc/\(process.pid)/cmdline") ?? "")
        .split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
      let requested = LaunchPlan.requested(in: Array(command.dropFirst()))
      // A supervisor that does not answer does not prevent the record from being rebuilt.
      let supervisor = try? await directory.supervisor(of: run, within: timeout)
      let version =
        if let supervisor { supervisor.version } else {
          await version(UnixSocketPath(directory: directory.path, name: run.socket), process, timeout)
        }
      // Another start must not make it run as root.
      let user = (try? QEMUConfiguration(arguments: requested, unknownNames: .kept))?.user
      return MachineRecord(
        name: directory.name.description, process: process, socket: run.socket, binary: command.first ?? "",
        version: version ?? "", requested: LaunchPlan.withSecrets(requested, of: process.pid),
        command: command, started: Int64(time(nil)), accelerator: nil, verdict: nil, accepted: [], user: user,
        directory: readLink("/proc/\(process.pid)/cwd"), supervision: supervisor?.supervision, ending: nil)
    }
    // The record of the previous run must not replace that of a QEMU that is running but not visible here.
    if let unseen = live.first { throw directory.unproven(unseen.holder) }
    return nil
  }

  /// Returns QEMU's version from its monitor; nil if it does not answer.
  private static func version(
    _ socket: UnixSocketPath, _ process: ProcessIdentity, _ timeout: Duration
  ) async -> String? {
    guard let descriptor = try? socket.connect() else { return nil }
    let session = QMPSession(socket: descriptor)
    defer { Task { await session.close() } }
    guard (try? await session.peer().pid) == process.pid else { return nil }
    return try? await session.negotiate(timeout: timeout).version.description
  }
}

extension MachineDirectory {
  /// Returns whether the record is missing although QEMU is running, or its file is not a record.
  func isRecordDamaged() throws(LifecycleError) -> Bool {
    guard let directory = try open() else { return false }
    switch directory.kind(of: Self.recordFile) {
    case nil: return try !liveRuns().isEmpty
    case S_IFREG:
      guard let text = try directory.text(of: Self.recordFile) else { return false }
      return MachineRecord(text: text, of: name) == nil
    // Reading a symbolic link throws an error, here as everywhere.
    case S_IFLNK:
      _ = try directory.text(of: Self.recordFile)
      return false
    // Only this user or root can have created a pipe or a directory here.
    default: return true
    }
  }

  /// Writes a record, and replaces anything that has its file name; a directory must be empty for that.
  fileprivate func replaceRecord(by record: MachineRecord) throws(LifecycleError) -> MachineRecord {
    if let directory = try open() { directory.removeDirectory(Self.recordFile) }
    try write(record)
    return record
  }
}
