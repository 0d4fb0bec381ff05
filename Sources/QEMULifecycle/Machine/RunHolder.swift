import Glibc
import QMP

/// Who uses the files of a run now: the truth about a virtual machine whatever its record says.
enum RunHolder: Equatable {
  /// Nobody runs QEMU with them. A helper program that outlives its QEMU may still have the log open.
  case nobody
  /// A process that runs QEMU.
  case qemu(ProcessIdentity)
  /// A process that cannot be seen from here, as one of another container or another user.
  case unseen
}

extension MachineFolder {
  /// Finds out who uses the files of a run.
  func holder(of run: RunFiles) -> RunHolder {
    if !isInUse(run) { return .nobody }
    let writers = Self.writers(of: file(run.standardError))
    if writers.isEmpty { return .unseen }
    let program = writers.first { QEMUProgram.isRun(by: $0) != false }
    return program.flatMap(ProcessIdentity.init(reading:)).map(RunHolder.qemu) ?? .nobody
  }

  /// The runs that a QEMU uses, or may use.
  func liveRuns() throws(LifecycleError) -> [(run: RunFiles, holder: RunHolder)] {
    guard let directory = try open() else { return [] }
    return Set(directory.entries.compactMap { RunFiles(file: $0) }).map { (run: $0, holder: holder(of: $0)) }
      .filter { $0.holder != .nobody }
  }

  /// Refuses a new run while a QEMU may use the files of another, recorded or not.
  func requireNoLiveRun() throws(LifecycleError) {
    guard let live = try liveRuns().first else { return }
    throw unproven(live.holder)
  }

  /// The error for a run whose record is missing, or names another process than the one that uses its files.
  func unproven(_ holder: RunHolder) -> LifecycleError {
    switch holder {
    case .qemu(let process):
      LifecycleError(
        .unproven, "a QEMU of \"\(name)\" runs (pid \(process.pid)) that its record does not name",
        remedy: "make the record of it anew: qemuctl recover \(name)")
    case .nobody, .unseen:
      LifecycleError(
        .unproven,
        "it cannot be told whether \"\(name)\" runs: something that cannot be seen from here uses its files",
        remedy: "run the command where it was started, and as the same user, or choose another name")
    }
  }

  /// The processes whose standard error a file is.
  private static func writers(of log: String) -> [Int32] {
    var (wanted, found) = (stat(), stat())
    guard stat(log, &wanted) == 0 else { return [] }
    return (entryNames(of: "/proc") ?? []).compactMap { Int32($0) }.filter { pid in
      stat("/proc/\(pid)/fd/2", &found) == 0
        && (found.st_ino, found.st_dev) == (wanted.st_ino, wanted.st_dev)
    }
  }
}
