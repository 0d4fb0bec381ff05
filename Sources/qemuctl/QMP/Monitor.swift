import QEMU

/// What commands are executed on: a virtual machine, or any QMP server.
enum Monitor {
  case machine(VirtualMachine)
  case session(QMPSession)

  func execute(_ request: QMPRequest, within deadline: Duration) async throws -> JSON {
    switch self {
    case .machine(let machine):
      try await machine.execute(request.command, request.arguments, deadline: deadline)
    case .session(let session):
      try await session.execute(request.command, arguments: request.arguments, deadline: deadline)
    }
  }

  /// Whether further commands could be executed.
  var isOpen: Bool {
    get async {
      switch self {
      case .machine(let machine): await machine.waitForEnd(within: .zero) == nil
      case .session(let session): await session.endReason == nil
      }
    }
  }

  /// The events from now on.
  func events() async -> QMPEvents {
    switch self {
    case .machine(let machine): await machine.events()
    case .session(let session): await session.events()
    }
  }

  /// Ends the conversation; what it was held with goes on.
  func close() async {
    switch self {
    case .machine(let machine): await machine.release()
    case .session(let session): await session.close()
    }
  }
}
