public import QEMUCommandLine
public import QEMUDiagnosis
import QEMUObservation
import QEMUPlanning
import QEMUVerification

extension VirtualMachine {
  /// Throws an error if a restart with the target configuration cannot succeed. Nothing is changed.
  /// - Parameter wanted: the target configuration.
  /// - Throws: ``LifecycleError``, as ``plan(_:)`` does; `unsupportedOption` if the binary would refuse the
  ///   configuration; `restartImpossible` if a restart is certain to fail; `stateUnusable` if a new run could not be
  ///   recorded.
  public func requireRestartable(_ wanted: QEMUConfiguration) async throws(LifecycleError) {
    let capabilities = try await QEMUBinary(finding: record.binary).capabilities(cachedIn: directory.state)
    if let refused = wanted.findings(for: capabilities).first(where: { $0.weight == .refused }) {
      throw .unsupported(refused.error)
    }
    try directory.requireSpace(for: record)
    let obstacles = try await plan(wanted).obstacles.filter(\.isCertain)
    guard let first = obstacles.first else { return }
    throw LifecycleError(
      .restartImpossible, "\(name) cannot be restarted: \(first.reason)", evidence: obstacles.map(\.reason),
      remedy: first.remedy)
  }

  /// Stops the virtual machine and starts it with another configuration, under the same name and with the same binary.
  ///
  /// If the new configuration does not start, the previous one is started on the images that the guest uses now. The
  /// virtual machine is released in every case.
  /// - Parameters:
  ///   - wanted: the new configuration.
  ///   - user: the user that QEMU switches to; nil for that of the last start.
  /// - Returns: the new virtual machine, verified and resumed, even if it drifted.
  /// - Throws: ``LifecycleError``, as ``stop(_:)`` and ``start(_:)`` do; the evidence includes the outcome of the
  ///   rollback.
  public func restart(
    with wanted: QEMUConfiguration, user: String? = nil
  ) async throws(LifecycleError) -> VerifiedStart {
    var request: LaunchRequest
    let previous: QEMUConfiguration
    do throws(LifecycleError) {
      request = try restartRequest(wanted)
      request.user = user ?? record.user
      previous = try await configurationOnLiveImages()
      try await stopBeforeRestart()
    } catch {
      await release()
      throw error
    }
    await release()
    do throws(LifecycleError) {
      return try await Self.start(request, onDrift: .warn)
    } catch {
      request.configuration = previous
      throw error.adding(evidence: await Self.rollBack(to: request))
    }
  }

  /// Returns the request for a start with another configuration.
  private func restartRequest(_ wanted: QEMUConfiguration) throws(LifecycleError) -> LaunchRequest {
    var request = try LaunchRequest(record, in: directory.state)
    request.configuration = wanted
    if record.supervision != nil { request.supervisor = try SupervisorProgram.find() }
    return request
  }

  /// Returns the recorded configuration with the images that the guest uses now.
  private func configurationOnLiveImages() async throws(LifecycleError) -> QEMUConfiguration {
    let inspection = try await inspect()
    do throws(CommandLineError) {
      return try inspection.liveImages(
        in: QEMUConfiguration(arguments: record.requested, unknownNames: .kept))
    } catch {
      throw .unsupported(error)
    }
  }

  private func stopBeforeRestart() async throws(LifecycleError) {
    do throws(LifecycleError) {
      try await stop()
    } catch {
      guard error.code == .cancelled else { throw error }
      throw LifecycleError(
        .cancelled, "the restart was interrupted while \"\(name)\" was being stopped",
        evidence: [error.summary] + error.evidence,
        remedy:
          "run qemuctl status; if the virtual machine is running, repeat the command, otherwise start it with "
          + "qemuctl start")
    }
  }

  /// Starts the previous configuration.
  /// - Returns: the outcome as a sentence.
  private static func rollBack(to request: LaunchRequest) async -> String {
    do throws(LifecycleError) {
      await (try start(request, onDrift: .warn)).machine.release()
      return
        "\"\(request.name)\" did not start with the new configuration; rolled back to the previous configuration"
    } catch {
      return "the previous configuration could not be restored either: \(error)"
    }
  }
}
