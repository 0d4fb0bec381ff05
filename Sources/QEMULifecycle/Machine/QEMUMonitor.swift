import QAPI
public import QEMUCommandLine
public import QEMUVerification
public import QMP

/// The monitor of any QEMU, asked whether it is what was asked for.
public struct QEMUMonitor: Sendable {
  /// The process behind the monitor, as the kernel names it; nil where it does not.
  public let pid: Int32?
  /// QEMU's version.
  public let version: String
  private let session: QMPSession

  /// Connects to a monitor.
  /// - Parameters:
  ///   - address: where the monitor is.
  ///   - deadline: how long QEMU may take to answer.
  /// - Throws: ``QMPError``, as `QMPSession.connect`.
  public static func connect(
    to address: QMPAddress, deadline: Duration = .seconds(5)
  ) async throws(QMPError) -> QEMUMonitor {
    let session = try await QMPSession.connect(to: address, deadline: deadline)
    let version = await session.greeting?.version.description ?? ""
    let pid = try? await session.peer().pid
    return QEMUMonitor(pid: pid.flatMap { $0 > 0 ? $0 : nil }, version: version, session: session)
  }

  /// Compares what is behind the monitor with a request.
  /// - Parameters:
  ///   - configuration: the request.
  ///   - policy: the findings that are waived, and whether everything unconfirmed is a failure.
  ///   - isDeep: whether what no query shows is read in QEMU's memory.
  ///   - timeout: how long QEMU's answers are waited for in all; nil for as long as each of its commands may take.
  /// - Returns: the report, and what it rests on.
  /// - Throws: ``LifecycleError`` `unsupportedOption` for a request that contradicts itself, `commandFailed` where the connection
  ///   breaks.
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

  /// QEMU's run state. QMP: `query-status`
  public func runState(within timeout: Duration? = nil) async throws(QMPError) -> String {
    try await session.execute(QueryStatus(), deadline: timeout).status.text
  }

  /// Gives the monitor back.
  public func close() async { await session.close() }
}
