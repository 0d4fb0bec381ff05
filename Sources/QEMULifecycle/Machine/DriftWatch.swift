public import QEMUDiagnosis
public import QEMUVerification

/// The drifts of a running virtual machine, found by verifying it repeatedly. It ends when QEMU exits.
///
/// Between two verifications the virtual machine is released, so that other commands can use it.
public struct DriftWatch: Sendable {
  private let name: MachineName
  private let state: StateDirectory
  private let interval: Duration
  private let policy: VerificationPolicy
  private var history = DriftHistory()
  private var isFirst = true

  /// The error that prevented the last verdict from being recorded; nil if it was recorded.
  public private(set) var recordFailure: LifecycleError?

  /// Makes a watch; nothing is verified yet.
  /// - Parameters:
  ///   - name: the name of the virtual machine.
  ///   - state: the state directory.
  ///   - interval: the time between two verifications.
  ///   - policy: the findings that are waived.
  public init(
    _ name: MachineName, in state: StateDirectory, every interval: Duration,
    by policy: VerificationPolicy = VerificationPolicy()
  ) {
    (self.name, self.state, self.interval, self.policy) = (name, state, interval, policy)
  }

  /// A Boolean value that indicates whether the last verification found a drift.
  public var hasDrift: Bool { !history.isEmpty }

  /// Verifies the virtual machine again, after the interval.
  /// - Returns: the changes since the last verification; nil if QEMU has exited.
  /// - Throws: ``LifecycleError``, as ``VirtualMachine/adopt(_:in:timeout:)`` and
  ///   ``VirtualMachine/verify(against:by:deep:within:)`` do; `cancelled`.
  public mutating func next() async throws -> [DriftChange]? {
    // QEMU sends no event for most changes.
    if !isFirst { try await Task.sleep(for: interval) }
    do {
      let report = try await verify()
      isFirst = false
      return history.update(with: report.drifts, among: report.findings)
    } catch let error as LifecycleError where !isFirst && Self.isEnd(error) {
      return nil
    }
  }

  private mutating func verify() async throws -> VerificationReport {
    let machine = try await VirtualMachine.adopt(name, in: state)
    let report = try await machine.releasing { try await machine.verify(by: policy).report }
    recordFailure = await machine.recordFailure
    return report
  }

  private static func isEnd(_ error: LifecycleError) -> Bool {
    [.notRunning, .noSuchMachine, .startFailed].contains(error.code)
  }
}
