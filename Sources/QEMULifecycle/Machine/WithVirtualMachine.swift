import QEMUDiagnosis

/// Attaches to a running virtual machine while a closure runs, and releases it afterwards.
///
/// QEMU continues to run. The directory of the virtual machine is locked for other commands meanwhile.
/// - Parameters:
///   - name: the name of the virtual machine.
///   - state: the state directory.
///   - timeout: the timeout for the lock and for QEMU's answer, together.
///   - body: the closure.
/// - Returns: the result of the closure.
/// - Throws: ``LifecycleError``, as ``VirtualMachine/adopt(_:in:timeout:)`` does, and the errors of the closure.
public func withVirtualMachine<Result>(
  named name: MachineName, in state: StateDirectory, timeout: Duration = .seconds(10),
  _ body: (VirtualMachine) async throws -> Result
) async throws -> Result {
  let machine = try await VirtualMachine.adopt(name, in: state, timeout: timeout)
  return try await machine.releasing { try await body(machine) }
}

extension VirtualMachine {
  /// Calls a closure, and releases the virtual machine afterwards, even if the closure throws an error.
  /// - Parameter body: the closure.
  /// - Returns: the result of the closure.
  /// - Throws: the errors of the closure.
  public nonisolated func releasing<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    do {
      let result = try await body()
      await release()
      return result
    } catch {
      await release()
      throw error
    }
  }
}
