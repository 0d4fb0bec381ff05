/// The commands that the readWrite clients of a machine may use in addition to the usual ones.
package enum AllowedCommands: Sendable {
  /// Every command.
  case all
  /// The commands of these names.
  case only(Set<String>)
}

/// The effect of a command on the host, which decides the sockets that accept it.
enum CommandPolicy: Equatable {
  /// It only reads, and every socket accepts it.
  case query
  /// It changes the machine, and needs a socket that is not read-only.
  case change
  /// It reaches the host beyond the open files of the machine.
  case refused(Reason)
  /// It is refused if it has an argument of this name, and else a change.
  case refusedWith(argument: String, Reason)

  enum Reason: String {
    case file = "opens files of the host"
    case network = "opens a connection or a listener on the host"
    case helper = "can run programs of the host"
    case monitor = "runs any command of the monitor"
    case image = "changes the file name of a backing file"
    case access = "gives access to the machine's display or console"
    case log = "writes to QEMU's log on the host"
  }

  /// Returns the policy of a command.
  static func of(_ command: String) -> CommandPolicy {
    if let policy = table[command] { return policy }
    let isQuery = command.utf8.starts(with: "query-".utf8) || command.utf8.starts(with: "x-query-".utf8)
    return isQuery ? .query : .change
  }

  /// Returns the reason for which a command of a client is refused, or nil.
  static func refusal(of request: QMPRequest, role: Multiplexer.Role, allowed: AllowedCommands) -> String? {
    let policy = of(request.name)
    switch role {
    case .manager: return nil
    case .readOnly:
      if policy == .query { return nil }
      return
        "The command \(request.name) is refused because this socket (qmp-ro) is read-only; use the socket qmp"
    case .readWrite:
      if case .all = allowed { return nil }
      if case .only(let names) = allowed, names.contains(request.name) { return nil }
      return policy.reason(for: request.arguments).map {
        "The command \(request.name) is refused because it \($0.rawValue); "
          + "allow it with `lifecycle: qmp: allow: [\(request.name)]`"
      }
    }
  }

  private func reason(for arguments: JSONText?) -> Reason? {
    switch self {
    case .query, .change: nil
    case .refused(let reason): reason
    case .refusedWith(let argument, let reason): arguments?[argument] == nil ? nil : reason
    }
  }
}
