import Glibc
import LinuxSystem
import QEMUDiagnosis
import QEMUObservation

/// The process that uses the files of a run, determined without the record.
enum RunHolder: Equatable {
  /// No QEMU uses them. A helper program that outlives its QEMU may still have the log open.
  case nobody
  /// A process that runs QEMU.
  case qemu(ProcessIdentity)
  /// A process that is not visible here, such as one in another container or of another user.
  case unseen
}

extension MachineDirectory {
  /// Finds the process that uses the files of a run.
  func holder(of run: RunFiles) -> RunHolder {
    if !isInUse(run) { return .nobody }
    let writers = Self.writers(of: file(run.standardError))
    if writers.isEmpty { return .unseen }
    let program = writers.first { QEMUProgram.isRun(by: $0) != false }
    return program.flatMap(ProcessIdentity.init(reading:)).map(RunHolder.qemu) ?? .nobody
  }

  /// Returns the runs whose files a QEMU uses, or may use.
  func liveRuns() throws(LifecycleError) -> [(run: RunFiles, holder: RunHolder)] {
    guard let directory = try open() else { return [] }
    return Set(directory.entries.compactMap { RunFiles(file: $0) }).map { (run: $0, holder: holder(of: $0)) }
      .filter { $0.holder != .nobody }
  }

  /// Throws an error if a QEMU may use the files of any run, recorded or not.
  func requireNoLiveRun() throws(LifecycleError) {
    guard let live = try liveRuns().first else { return }
    throw unproven(live.holder)
  }

  /// Returns the error for a run whose record is missing, or does not name the process that uses its files.
  func unproven(_ holder: RunHolder) -> LifecycleError {
    switch holder {
    case .qemu(let process):
      LifecycleError(
        .unproven, "QEMU process \(process.pid) is running for \"\(name)\", but the record does not name it",
        remedy: "rebuild the record: qemuctl recover \(name)")
    case .nobody, .unseen:
      LifecycleError(
        .unproven,
        "cannot determine whether \"\(name)\" is running: a process in another container, or of another user, "
          + "is using its files",
        remedy: "run the command where it was started, and as the same user, or choose another name")
    }
  }

  /// Returns the processes whose standard error is a file.
  private static func writers(of log: String) -> [Int32] {
    var (wanted, found) = (stat(), stat())
    guard stat(log, &wanted) == 0 else { return [] }
    return (entryNames(of: "/proc") ?? []).compactMap { Int32($0) }.filter { pid in
      stat("/proc/\(pid)/fd/2", &found) == 0
        && (found.st_ino, found.st_dev) == (wanted.st_ino, wanted.st_dev)
    }
  }
}
