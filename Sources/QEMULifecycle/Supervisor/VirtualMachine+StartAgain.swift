import QEMUCommandLine
public import QEMUDiagnosis
public import QEMUVerification
import QMP

extension VirtualMachine {
  /// Starts QEMU again for the supervisor that started this process.
  ///
  /// If the virtual machine drifted, it stays paused.
  /// - Parameters:
  ///   - name: the name of the virtual machine.
  ///   - state: the state directory.
  /// - Returns: the report.
  /// - Throws: ``LifecycleError``, as ``start(_:)`` and ``verify(against:by:deep:within:)`` do.
  public static func startAgain(
    forSupervisorOf name: MachineName, in state: StateDirectory
  ) async throws(LifecycleError) -> VerificationReport {
    var request = try LaunchRequest(try MachineRecord(of: name, in: state), in: state)
    (request.supervisor, request.connection) = (try SupervisorProgram.find(), SupervisorConnection.descriptor)
    let machine = try await start(request)
    do throws(LifecycleError) {
      let report = try await machine.verify().report
      if report.verdict != .drifted, !request.configuration.has("S") { try await machine.resume() }
      await machine.release()
      return report
    } catch {
      await machine.giveUpStart()
      throw error
    }
  }

  /// Releases a virtual machine whose start failed: the supervisor ends its QEMU if the start is not complete, and may
  /// try again.
  private func giveUpStart() async {
    guard record.isStarting else { return await release() }
    await session.close()
    _ = await waitForEnd(within: .seconds(10))
    try? directory.rollBack(record.run)
    await detach()
  }
}
