/// A client of the multiplexer.
struct ClientState {
  /// An accepted command or an answer that waits for its turn.
  enum Entry {
    case command(QMPRequest, descriptor: Int32?)
    /// A call that is answered before the commands after it.
    case call(QMPRequest)
    case line([UInt8])
    /// The last line, after which the client is cut.
    case lastLine([UInt8])
  }

  let role: Multiplexer.Role
  /// The beginning of the client's names of descriptors at QEMU.
  let prefix: String
  var stream: JSONStream
  var isGreeted = false
  var isNegotiated = false
  var isOutOfBandEnabled = false

  var entries: [Entry] = []
  /// A Boolean value that indicates whether a command or an ordered call of the client is executed.
  var isBusy = false
  var outOfBandCount = 0
  var callCount = 0
  var isPaused = false
  /// A Boolean value that indicates whether the client is cut after its last call is answered.
  var isEnding = false

  /// A Boolean value that indicates whether a reply of QEMU is being passed on in parts.
  var isWithinLine = false
  /// The lines that wait for the end of that reply.
  var heldLines: [[UInt8]] = []

  var descriptors: [Int32] = []
  var names: Set<[UInt8]> = []
  var fdsetMembers: [FdsetMember] = []

  struct FdsetMember: Equatable {
    let fdset: Int
    let descriptor: Int
  }

  init(role: Multiplexer.Role, prefix: String, stream: JSONStream) {
    (self.role, self.prefix, self.stream) = (role, prefix, stream)
  }

  /// The number of commands that are accepted and not answered.
  var commandCount: Int { entries.count + (isBusy ? 1 : 0) + outOfBandCount }

  var canAccept: Bool {
    isGreeted && !isEnding && commandCount < Multiplexer.maximumCommands
      && callCount < Multiplexer.maximumCalls
  }

  var isAtHeadAnswered: Bool {
    guard !isBusy, let first = entries.first else { return false }
    if case .command = first { return false }
    return true
  }
}
