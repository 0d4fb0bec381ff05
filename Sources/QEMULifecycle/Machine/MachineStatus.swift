import Glibc
import QEMUJSON
import QMP

/// What is known of a virtual machine, found out in bounded time.
public struct MachineStatus: Sendable, Hashable {
  /// What is written down about it.
  public let record: MachineRecord
  /// One of QEMU's run states, or `stopped`, `failed`, `stuck` (alive and not answering), `foreign` (could not be proved).
  public let state: String
  /// Why it is in that state, where that needs a word.
  public let remark: String?

  /// Whether its process lives.
  public var isAlive: Bool { !["stopped", "failed"].contains(state) }

  /// The architecture that it emulates, by the name of its binary.
  public var architecture: String? { (try? QEMUBinary(finding: record.binary))?.architecture }

  /// Finds out how a virtual machine is.
  /// - Parameters:
  ///   - name: its name.
  ///   - state: the state folder.
  ///   - deadline: how long QEMU may take to answer; one that is stopped or busy is told apart at once or at the deadline.
  /// - Throws: ``LifecycleError`` `noSuchMachine`, `stateUnusable`.
  public static func read(
    _ name: MachineName, in state: StateDirectory, deadline: Duration = .seconds(2)
  ) async throws(LifecycleError) -> MachineStatus {
    let folder = MachineFolder(name, in: state)
    let record = try folder.record()
    do throws(LifecycleError) {
      guard try VirtualMachine.liveProcess(record) != nil else { return ended(record, folder) }
      // A stopped process would let every command run into its deadline.
      if ProcessStat(pid: record.process.pid)?.isStopped == true {
        return MachineStatus(record: record, state: "stuck", remark: "its process is stopped by a signal")
      }
      let machine = try await VirtualMachine.adopt(name, in: state, deadline: deadline)
      let runState = try await machine.runState()
      await machine.release()
      return MachineStatus(record: record, state: runState, remark: nil)
    } catch {
      switch error.code {
      case .foreign: return MachineStatus(record: record, state: "foreign", remark: error.summary)
      case .notRunning, .startFailed, .noSuchMachine: return ended(record, folder)
      case .cancelled: throw error
      default: return MachineStatus(record: record, state: "stuck", remark: error.summary)
      }
    }
  }

  /// QEMU removes its socket when it ends by itself, and cannot when it is killed or crashes.
  private static func ended(_ record: MachineRecord, _ folder: MachineFolder) -> MachineStatus {
    if let ending = record.ending {
      return MachineStatus(record: record, state: "stopped", remark: ending.reason)
    }
    let socket = UnixSocketPath(folder: folder.path, name: record.socket)
    if record.process.bootID != ProcessIdentity.currentBootID {
      return MachineStatus(record: record, state: "stopped", remark: "the host was restarted")
    }
    if !socket.isIndirect, access(socket.path, F_OK) == 0 {
      return MachineStatus(
        record: record, state: "failed", remark: "it was killed or crashed; nobody saw how")
    }
    return MachineStatus(record: record, state: "stopped", remark: "it ended by itself; nobody saw how")
  }
}
