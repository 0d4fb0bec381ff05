import Glibc
import LinuxSystem
public import QEMUDiagnosis
import QEMUJSON
import QEMUObservation

/// The status of a virtual machine, read in bounded time.
public struct MachineStatus: Sendable, Hashable {
  /// The record of the virtual machine.
  public let record: MachineRecord
  /// The state.
  public let state: MachineState
  /// The reason for the state; nil if there is none.
  public let remark: String?

  /// The error that explains why the state is unknown or foreign; nil for other states.
  public internal(set) var failure: LifecycleError?

  /// A warning about the rights of QEMU, with a remedy; nil if there is none.
  public internal(set) var warning: String?

  /// Its supervisor; nil if none is running.
  public internal(set) var supervisor: SupervisorStatus?

  /// The sockets for QMP clients; nil without a supervisor.
  public internal(set) var sockets: ClientSockets?

  /// A Boolean value that indicates whether its process may still be running.
  public var mayBeRunning: Bool { state != .stopped && state != .failed }

  /// The architecture that it emulates, from the name of its binary; nil if the name has none.
  public var architecture: String? { (try? QEMUBinary(finding: record.binary))?.architecture }

  /// Reads the status of a virtual machine.
  /// - Parameters:
  ///   - name: its name.
  ///   - state: the state directory.
  ///   - timeout: the timeout for the lock and for QEMU's answer.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `stateUnusable`, `cancelled`; `hostUnusable` if the host denies a
  ///   resource or a permission that is needed to read the status.
  public static func read(
    _ name: MachineName, in state: StateDirectory, timeout: Duration = .seconds(2)
  ) async throws(LifecycleError) -> MachineStatus {
    let directory = MachineDirectory(name, in: state)
    var status = try await read(directory, timeout)
    if status.record.supervision != nil, !status.mayBeRunning {
      status.supervisor = await directory.supervisorWithoutQEMU(within: timeout)
    }
    if status.supervisor != nil { status.sockets = directory.clientSockets }
    let isOurs = status.mayBeRunning && status.state != .foreign && status.state != .unknown
    if isOurs, isUnconfined(status.record.process.pid) { status.warning = unconfined }
    return status
  }

  private static let unconfined =
    "QEMU runs as root without a sandbox: remove -sandbox off, or restart with --user"

  /// Returns whether a process runs as root and without a system call filter.
  private static func isUnconfined(_ pid: Int32) -> Bool {
    guard let text = readProcText("/proc/\(pid)/status") else { return false }
    return ProcessUser.effectiveID("Uid:", in: text) == 0
      && procFields("Seccomp:", in: text)?.first?.elementsEqual("0".utf8) == true
  }

  private static func read(
    _ directory: MachineDirectory, _ timeout: Duration
  ) async throws(LifecycleError) -> MachineStatus {
    let record = try directory.record()
    do throws(LifecycleError) {
      guard let process = try RecordedProcess.find(record, in: directory) else {
        return ended(record, directory)
      }
      // Every command to a stopped process would time out.
      if ProcessStat(pid: record.process.pid)?.isStopped == true {
        return MachineStatus(record: record, state: .stuck, remark: "its process is stopped by a signal")
      }
      let machine = try await VirtualMachine.adopt(
        directory, known: process, timeout: timeout, access: .shared)
      let runState = try await machine.runState()
      let isInterrupted = await machine.record.isStarting
      let supervisor = machine.supervisorStatus
      await machine.detach()
      var status = MachineStatus(
        record: record, state: .live(runState),
        remark: isInterrupted ? "its start was interrupted before the guest ran" : nil)
      status.supervisor = supervisor
      return status
    } catch {
      switch error.code {
      case .foreign, .unproven, .busy:
        let state = error.code == .foreign ? MachineState.foreign : .unknown
        return MachineStatus(record: record, state: state, remark: error.summary, failure: error)
      case .notRunning, .startFailed, .noSuchMachine: return ended(record, directory)
      case .stuck, .timedOut, .commandFailed:
        return MachineStatus(record: record, state: .stuck, remark: error.summary)
      default: throw error
      }
    }
  }

  /// Returns the status of a run that has ended, with the recorded reason, or else the reason that its files indicate.
  private static func ended(_ record: MachineRecord, _ directory: MachineDirectory) -> MachineStatus {
    if record.isStarting { return interrupted(record, directory) }
    var record = record
    record.ending =
      record.ending ?? directory.journaledEnding(of: record.run) ?? directory.inferredEnding(of: record)
    guard let ending = record.ending else {
      return MachineStatus(record: record, state: .stopped, remark: "the host was restarted")
    }
    return MachineStatus(
      record: record, state: ending.isFailure ? .failed : .stopped, remark: ending.description)
  }

  /// Returns the status of the previous run, which an interrupted start does not change.
  private static func interrupted(_ record: MachineRecord, _ directory: MachineDirectory) -> MachineStatus {
    if let previous = try? directory.previousRecord() { return ended(previous, directory) }
    return MachineStatus(
      record: record, state: .stopped, remark: "its start was interrupted before the guest ran")
  }
}
