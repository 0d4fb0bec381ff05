public import QAPI
public import QEMUCommandLine
public import QEMUDiagnosis
import QEMUObservation
public import QEMUVerification
public import QMP

/// The monitor of any QEMU, used to compare it with a request.
public struct QEMUMonitor: Sendable {
  /// The id of the process that serves the monitor; nil if the kernel does not report it.
  public let pid: Int32?
  /// QEMU's version.
  public let version: String
  private let session: QMPSession

  /// Connects to a monitor.
  /// - Parameters:
  ///   - address: the address of the monitor.
  ///   - timeout: the timeout for QEMU's answer.
  /// - Throws: ``QMPError``, as `QMPSession.connect`.
  public static func connect(
    to address: QMPAddress, timeout: Duration = .seconds(5)
  ) async throws(QMPError) -> QEMUMonitor {
    let session = try await QMPSession.connect(to: address, timeout: timeout)
    let version = await session.greeting?.version.description ?? ""
    let pid = try? await session.peer().pid
    return QEMUMonitor(pid: pid.flatMap { $0 > 0 ? $0 : nil }, version: version, session: session)
  }

  /// Compares the virtual machine of the monitor with a request.
  /// - Parameters:
  ///   - configuration: the request.
  ///   - policy: the findings that are waived, and whether everything unconfirmed is a failure.
  ///   - isDeep: whether values that no query returns are read from QEMU's memory.
  ///   - timeout: the timeout for all of QEMU's answers together; nil for the timeout of each command.
  /// - Returns: the report, and the observation it is based on.
  /// - Throws: ``LifecycleError``: `unsupportedOption` if the request contradicts itself; `commandFailed` if the
  ///   connection is lost.
  public func verify(
    _ configuration: QEMUConfiguration, by policy: VerificationPolicy = VerificationPolicy(),
    deep isDeep: Bool = false, within timeout: Duration? = nil
  ) async throws(LifecycleError) -> (report: VerificationReport, observation: Observation) {
    let verification = try Verification.prepared(for: configuration, policy)
    let observer = Observer(session: session, pid: pid, isDeep: isDeep, end: timeout.map { .now + $0 })
    do throws(QMPError) {
      let observation = try await observer.observe { verification.needs(given: $0) }
      return (verification.judge(observation, by: policy), observation)
    } catch {
      throw LifecycleError(.commandFailed, error.summary, evidence: error.evidence, remedy: error.remedy)
    }
  }

  /// Returns QEMU's run state. QMP: `query-status`
  public func runState(within timeout: Duration? = nil) async throws(QMPError) -> RunState {
    try await session.execute(QueryStatus(), timeout: timeout).status
  }

  /// Closes the connection to the monitor.
  public func close() async { await session.close() }
}
