import QEMU

/// The target of commands: a virtual machine, or any QMP server.
enum Monitor {
  case machine(VirtualMachine)
  case session(QMPSession)

  /// Executes a command. If QEMU does not have it, the error suggests the nearest name.
  func execute(_ request: QMPRequest, within timeout: Duration) async throws -> JSON {
    do {
      return try await answer(to: request, within: timeout)
    } catch let error as LifecycleError
      where error.evidence.contains(where: { $0.hasPrefix("CommandNotFound") })
    {
      throw error.suggesting(suggestion(request.command, QAPICatalogue.commandNames))
    } catch let error as QMPError where error.errorClass == "CommandNotFound" {
      throw QMPError(
        error.code, error.summary, evidence: error.evidence,
        remedy: suggestion(request.command, QAPICatalogue.commandNames) + error.remedy,
        errorClass: error.errorClass, qemuMessage: error.qemuMessage)
    }
  }

  private func answer(to request: QMPRequest, within timeout: Duration) async throws -> JSON {
    switch self {
    case .machine(let machine):
      try await machine.execute(request.command, request.arguments, timeout: timeout)
    case .session(let session):
      try await session.execute(request.command, arguments: request.arguments, timeout: timeout)
    }
  }

  /// A Boolean value that indicates whether further commands can be executed.
  var isOpen: Bool {
    get async {
      switch self {
      case .machine(let machine): await machine.waitForEnd(within: .zero) == nil
      case .session(let session): await session.endReason == nil
      }
    }
  }

  /// Returns the events from now on.
  func events() async -> QMPEvents {
    switch self {
    case .machine(let machine): await machine.events()
    case .session(let session): await session.events()
    }
  }

  /// Closes the connection; QEMU keeps running.
  func close() async {
    switch self {
    case .machine(let machine): await machine.release()
    case .session(let session): await session.close()
    }
  }
}
