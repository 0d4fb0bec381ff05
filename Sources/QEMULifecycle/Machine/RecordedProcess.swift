import CLinux
import Glibc
import LinuxSystem
import QEMUDiagnosis

/// The identification of the QEMU process of a recorded virtual machine. Every command that acts on a process uses it.
enum RecordedProcess {
  /// Finds the process of a record, and verifies that it is the recorded QEMU.
  ///
  /// All of these must be as recorded:
  /// - the boot id of the host, and the PID and time namespaces;
  /// - the pid and the start time.
  ///
  /// One of these must also be true:
  /// - its standard error is the log of the run;
  /// - it listens on the monitor's socket;
  /// - it runs the recorded program with the recorded command line, and its standard error is not the log of another
  ///   run.
  /// - Returns: the process; nil if it has certainly ended.
  /// - Throws: ``LifecycleError``: `hostUnusable` if /proc cannot be read; `foreign` if none of the second list is
  ///   true; `unproven` if this process cannot determine whether it is running.
  static func find(
    _ record: MachineRecord, in directory: MachineDirectory
  ) throws(LifecycleError) -> ChildProcess? {
    guard let boot = ProcessIdentity.currentBootID, let namespaces = ProcessIdentity.currentNamespaces else {
      throw .ofHost(SystemError(errno, "read /proc"))
    }
    if (record.process.bootID, record.process.namespaces) != (boot, namespaces) {
      if !directory.isInUse(record.run) { return nil }
      throw unproven(
        record,
        "it was started in another container or on another host, and a process there is using its files",
        remedy: "run the command where it was started, or choose another name")
    }
    guard let process = try openProcess(of: record) else {
      let holder = directory.holder(of: record.run)
      if holder == .nobody { return nil }
      throw directory.unproven(holder)
    }
    if writesLog(record, directory) || listens(record, directory) { return process }
    // Two virtual machines may have the same command line.
    if runsRecordedCommand(record), !writesLogOfAnotherRun(process.pid) { return process }
    // A process that ends meanwhile no longer has a command line.
    if ProcessStat(pid: process.pid)?.isZombie ?? true { return nil }
    throw LifecycleError(
      .foreign,
      "process \(process.pid) is not the QEMU of \"\(record.name)\"",
      evidence: [
        "it neither writes the log nor listens on the monitor socket of \"\(record.name)\"",
        "recorded command: \(record.command.joined(separator: " "))",
      ],
      remedy:
        "rebuild the record with qemuctl recover \(record.name); nothing was done to process \(process.pid)")
  }

  private static func openProcess(of record: MachineRecord) throws(LifecycleError) -> ChildProcess? {
    do throws(SystemError) {
      return try ChildProcess.adopt(record.process)
    } catch {
      if [EMFILE, ENFILE, ENOMEM].contains(error.number) { throw .ofHost(error) }
      throw unproven(
        record, "process \(record.process.pid) cannot be examined: \(error)",
        remedy: "run the command as the user who started \"\(record.name)\"")
    }
  }

  private static func unproven(_ record: MachineRecord, _ reason: String, remedy: String) -> LifecycleError {
    LifecycleError(
      .unproven, "cannot determine whether \"\(record.name)\" is running: \(reason)", remedy: remedy)
  }

  /// Returns whether the standard error of the process is the log of the run, even before it executes QEMU.
  private static func writesLog(_ record: MachineRecord, _ directory: MachineDirectory) -> Bool {
    isSameFile("/proc/\(record.process.pid)/fd/2", directory.file(record.run.standardError))
  }

  private static func writesLogOfAnotherRun(_ pid: Int32) -> Bool {
    guard let name = readLink("/proc/\(pid)/fd/2")?.split(separator: "/").last,
      let run = RunFiles(file: String(name))
    else { return false }
    return name == run.standardError
  }

  /// Returns whether the process runs the recorded command. Reading its program needs permission to examine the
  /// process.
  private static func runsRecordedCommand(_ record: MachineRecord) -> Bool {
    let place = "/proc/\(record.process.pid)"
    guard let program = readLink("\(place)/exe") else { return false }
    // During `execve` the process has no command line.
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

  private static func listens(_ record: MachineRecord, _ directory: MachineDirectory) -> Bool {
    var peer = clinux_credentials()
    guard let socket = try? UnixSocketPath(directory: directory.path, name: record.socket).connect() else {
      return false
    }
    return clinux_peer_credentials(socket.number, &peer) == 0 && peer.pid == record.process.pid
  }
}
