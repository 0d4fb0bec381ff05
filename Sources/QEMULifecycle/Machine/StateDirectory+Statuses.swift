import LinuxSystem
public import QEMUDiagnosis

/// The status of one of several virtual machines, or the error if it could not be read.
public struct ListedMachine: Sendable {
  /// The name of the virtual machine.
  public let name: MachineName
  /// The status, or the error.
  public let status: Result<MachineStatus, LifecycleError>

  /// The error that prevented its state from being determined; nil if the state is known.
  public var failure: LifecycleError? {
    switch status {
    case .success(let status): status.failure
    case .failure(let error): error
    }
  }
}

extension StateDirectory {
  /// Reads the status of every virtual machine, sorted by their names.
  ///
  /// Several are read at once, so that a QEMU that does not answer delays few others. Each needs a few descriptors.
  /// - Parameter timeout: the timeout for the lock and for the answer of each QEMU.
  /// - Throws: ``LifecycleError`` `stateUnusable` as ``names()`` does; `cancelled`.
  public func statuses(within timeout: Duration = .seconds(2)) async throws -> [ListedMachine] {
    let names = try names().map { name throws(LifecycleError) in try MachineName(name) }
    let width = max(1, min(16, (DescriptorLimit.current - 32) / 4))
    return try await withThrowingTaskGroup(of: ListedMachine?.self) { group in
      var machines: [ListedMachine] = []
      for (index, name) in names.enumerated() {
        if index >= width, let machine = try await group.next() { machines += [machine].compactMap(\.self) }
        group.addTask { try await status(of: name, within: timeout) }
      }
      for try await machine in group { machines += [machine].compactMap(\.self) }
      return machines.sorted { $0.name.description < $1.name.description }
    }
  }

  /// Reads a status; nil if the virtual machine was removed meanwhile.
  private func status(
    of name: MachineName, within timeout: Duration
  ) async throws(LifecycleError) -> ListedMachine? {
    do throws(LifecycleError) {
      return ListedMachine(
        name: name, status: .success(try await MachineStatus.read(name, in: self, timeout: timeout)))
    } catch {
      switch error.code {
      case .noSuchMachine: return nil
      case .cancelled: throw error
      default: return ListedMachine(name: name, status: .failure(error))
      }
    }
  }
}
