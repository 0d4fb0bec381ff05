import CLinux
import Glibc
import QMP

/// The proof that a process is the recorded virtual machine's QEMU now. Every command that touches a process rests on it.
enum RecordedProcess {
  /// Finds the process of a record, and proves it.
  ///
  /// It has the recorded pid and start time, in the recorded boot and namespaces; and it writes the run's log, or listens on the
  /// monitor's socket, or runs the recorded program with the recorded command line and writes the log of no other run.
  /// - Returns: the process; nil where it is certain that it has ended.
  /// - Throws: ``LifecycleError``: `hostUnusable` where /proc cannot be read; `foreign` where another process has its pid; `unproven` where it cannot be told from here
  ///   whether it runs.
  static func find(
    _ record: MachineRecord, in folder: MachineFolder
  ) throws(LifecycleError) -> QEMUProcess? {
    guard let boot = ProcessIdentity.currentBootID, let namespaces = ProcessIdentity.currentNamespaces else {
      throw .ofHost(SystemError(errno, "read /proc"))
    }
    if (record.process.bootID, record.process.namespaces) != (boot, namespaces) {
      if !folder.isInUse(record.run) { return nil }
      throw unproven(
        record,
        "it was started in another container or on another host, and something still uses its files there",
        remedy: "run the command where it was started, or choose another name")
    }
    guard let process = try hold(record) else {
      let holder = folder.holder(of: record.run)
      if holder == .nobody { return nil }
      throw folder.unproven(holder)
    }
    if writesLog(record, folder) || listens(record, folder) { return process }
    // Two virtual machines may have the same command line.
    if runsRecordedCommand(record), !writesLogOfAnotherRun(process.pid) { return process }
    // What ends meanwhile has no command line any more.
    if ProcessStat(pid: process.pid)?.isZombie ?? true { return nil }
    throw LifecycleError(
      .foreign,
      "process \(process.pid) is not the QEMU of \"\(record.name)\"",
      evidence: [
        "it neither writes its log nor listens on its monitor socket",
        "recorded command: \(record.command.joined(separator: " "))",
      ],
      remedy:
        "rebuild the record with qemuctl recover \(record.name); nothing was done to process \(process.pid)")
  }

  private static func hold(_ record: MachineRecord) throws(LifecycleError) -> QEMUProcess? {
    do throws(SystemError) {
      return try QEMUProcess.adopt(record.process)
    } catch {
      if [EMFILE, ENFILE, ENOMEM].contains(error.number) { throw .ofHost(error) }
      throw unproven(
        record, "process \(record.process.pid) cannot be examined: \(error)",
        remedy: "run the command as the user who started \"\(record.name)\"")
    }
  }

  private static func unproven(_ record: MachineRecord, _ reason: String, remedy: String) -> LifecycleError {
    LifecycleError(.unproven, "it cannot be told whether \"\(record.name)\" runs: \(reason)", remedy: remedy)
  }

  /// It was given the log as its standard error before it executed QEMU, be it by a script or a loader.
  private static func writesLog(_ record: MachineRecord, _ folder: MachineFolder) -> Bool {
    isSameFile("/proc/\(record.process.pid)/fd/2", folder.file(record.run.standardError))
  }

  private static func writesLogOfAnotherRun(_ pid: Int32) -> Bool {
    guard let name = readLink("/proc/\(pid)/fd/2")?.split(separator: "/").last,
      let run = RunFiles(file: String(name))
    else { return false }
    return name == run.standardError
  }

  /// The kernel shows the command line to everybody, and the program to those who may examine the process.
  private static func runsRecordedCommand(_ record: MachineRecord) -> Bool {
    let place = "/proc/\(record.process.pid)"
    guard let program = readLink("\(place)/exe") else { return false }
    // A program that is just being executed has no command line yet.
    let text = readProcText("\(place)/cmdline") ?? ""
    let words = text.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
    guard text.isEmpty || words == record.command else { return false }
    // The file may have been replaced since.
    let replaced = " (deleted)"
    let path = program.hasSuffix(replaced) ? String(program.dropLast(replaced.count)) : program
    return path == resolved(record.binary) || isSameFile("\(place)/exe", record.binary)
  }

  private static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  private static func isSameFile(_ path: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(path, &first) == 0 && stat(other, &second) == 0
      && (first.st_ino, first.st_dev) == (second.st_ino, second.st_dev)
  }

  private static func listens(_ record: MachineRecord, _ folder: MachineFolder) -> Bool {
    var peer = clinux_credentials()
    guard let socket = try? UnixSocketPath(folder: folder.path, name: record.socket).connect() else {
      return false
    }
    return clinux_peer_credentials(socket.number, &peer) == 0 && peer.pid == record.process.pid
  }
}
