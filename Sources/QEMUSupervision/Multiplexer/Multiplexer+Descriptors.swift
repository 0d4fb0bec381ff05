extension Multiplexer {
  /// Returns the entry of a command with the client's next descriptor if QEMU takes one for it.
  ///
  /// A command that QEMU refuses for its arguments is sent without a descriptor: QEMU would keep it for the
  /// next command, which may be of another client.
  mutating func command(
    _ request: QMPRequest, of client: Client
  ) throws(QMPRequest.Failure) -> ClientState.Entry {
    guard DescriptorEffect.takesDescriptor(request) else { return .command(request, descriptor: nil) }
    guard let descriptor = clients[client]?.descriptors.first else {
      throw QMPRequest.Failure(description: "No file descriptor supplied via SCM_RIGHTS")
    }
    clients[client]?.descriptors.removeFirst()
    if let first = request.arguments?["fdname"]?.stringBytes?.first, first.isDigit {
      actions.append(.closeDescriptor(descriptor))
      throw QMPRequest.Failure(description: "Parameter 'fdname' expects a name not starting with a digit")
    }
    return .command(request, descriptor: descriptor)
  }

  /// Returns the reason for which a command may not change descriptors, or nil.
  func refusal(of effect: DescriptorEffect, _ client: Client) -> String? {
    switch effect {
    case .none, .getfd, .closefd, .addFd(nil): return nil
    case .addFd(let fdset?):
      guard let owner = fdsetOwners[fdset], owner != client else { return nil }
      return "The fdset \(fdset) belongs to another client; leave out fdset-id, or use another number"
    case .removeFd(let fdset, _):
      guard let owner = fdsetOwners[fdset], owner != client else { return nil }
      return "The fdset \(fdset) belongs to another client"
    }
  }

  /// Notes the effect of a command that succeeded.
  mutating func apply(_ effect: DescriptorEffect, result: JSONText?, _ client: Client) {
    switch effect {
    case .none: break
    case .getfd(let name):
      if clients[client] == nil { close(name, prefix: prefix(of: client)) }
      clients[client]?.names.insert(name)
    case .closefd(let name): clients[client]?.names.remove(name)
    case .addFd: add(result, client)
    case .removeFd(let fdset, let descriptor): remove(descriptor, from: fdset, client)
    }
  }

  /// Notes the effect of a command of the supervisor, whose sets no client may change.
  mutating func applyOwn(_ effect: DescriptorEffect, result: JSONText) {
    switch effect {
    case .addFd: if let fdset = result["fdset-id"]?.integer { fdsetOwners[fdset] = Self.supervisor }
    case .removeFd(let fdset, nil): fdsetOwners[fdset] = nil
    case .none, .getfd, .closefd, .removeFd: break
    }
  }

  private mutating func add(_ result: JSONText?, _ client: Client) {
    guard let fdset = result?["fdset-id"]?.integer, let descriptor = result?["fd"]?.integer else { return }
    let member = ClientState.FdsetMember(fdset: fdset, descriptor: descriptor)
    guard clients[client] != nil else { return release(member) }
    clients[client]?.fdsetMembers.append(member)
    fdsetOwners[fdset] = client
  }

  private mutating func remove(_ descriptor: Int?, from fdset: Int, _ client: Client) {
    clients[client]?.fdsetMembers.removeAll {
      $0.fdset == fdset && (descriptor == nil || $0.descriptor == descriptor)
    }
    let isUsed = clients[client]?.fdsetMembers.contains { $0.fdset == fdset } ?? false
    if !isUsed, fdsetOwners[fdset] == client { fdsetOwners[fdset] = nil }
  }

  /// Releases the descriptors that a client has left at QEMU.
  mutating func releaseDescriptors(of client: Client, _ state: ClientState) {
    fdsetOwners = fdsetOwners.filter { $0.value != client }
    for name in state.names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      close(name, prefix: state.prefix)
    }
    for member in state.fdsetMembers { release(member) }
  }

  private mutating func close(_ name: [UInt8], prefix: String) {
    clean("closefd", [("fdname", .string(Array(prefix.utf8) + name))])
  }

  private mutating func release(_ member: ClientState.FdsetMember) {
    clean("remove-fd", [("fdset-id", .integer(member.fdset)), ("fd", .integer(member.descriptor))])
  }

  private mutating func clean(_ command: String, _ arguments: [(name: String, value: JSONText?)]) {
    guard isReady else { return }
    cleanups.append(
      Transaction(owner: .none, request: QMPRequest(name: command, arguments: .object(arguments))))
  }
}
