/// The one connection to QEMU's monitor, shared by any number of QMP clients.
///
/// Each client sees a QMP server like QEMU's own. The multiplexer opens, reads and closes nothing: bytes go
/// in, and ``takeActions()`` returns the actions that the caller carries out in order.
package struct Multiplexer {
  /// The number of a client, which is never used twice.
  package typealias Client = Int

  /// The commands that a client may use.
  package enum Role: Sendable {
    /// Only commands that change nothing.
    case readOnly
    /// The commands that do not reach the host, and those that are allowed in addition.
    case readWrite
    /// Every command, and those of the supervisor.
    case manager
  }

  /// A command that the supervisor answers.
  package struct Call: Equatable, Sendable {
    /// The number for ``Multiplexer/answer(_:with:)``.
    package let id: Int
    /// The name of the command, `supervisor-…` or `quit`.
    package let name: String
    /// The arguments, or nil if the command has none.
    package let arguments: JSONText?
    /// The descriptors that came with the command, which now belong to the receiver of the call.
    package let descriptors: [Int32]
  }

  /// The result of a command.
  package enum Reply: Equatable, Sendable {
    /// The command succeeded with this value.
    case success(JSONText)
    /// The command failed with the class and the description of QEMU's error.
    case failure(class: String, description: String)
  }

  /// An action of the caller.
  package enum Action: Equatable, Sendable {
    /// Send a whole command in one message, and close the descriptor afterwards.
    case sendToQEMU([UInt8], descriptor: Int32?)
    /// Send bytes, which may be a part of a line.
    case sendToClient(Client, [UInt8])
    /// Close the connection when its output is sent; no action for the client follows.
    case cut(Client)
    /// Read nothing of the client.
    case pauseReading(Client)
    /// Read of the client again.
    case resumeReading(Client)
    /// Close a descriptor that is not passed on.
    case closeDescriptor(Int32)
    /// QEMU has answered qmp_capabilities: machine initialization is complete.
    case ready(greeting: JSONText)
    /// An event of QEMU.
    case event(name: String, line: JSONText)
    /// A command that the supervisor answers with ``Multiplexer/answer(_:with:)``.
    case call(Client, Call)
    /// The result of a command of the supervisor.
    case reply(token: Int, Reply)
    /// A command of a client that changes the run of the machine succeeded.
    case observed(Client, command: String)
  }

  /// The greatest number of commands of a client that are accepted and not answered.
  package static let maximumCommands = 8
  /// The greatest number of calls of a client that are not answered.
  package static let maximumCalls = 64
  /// The greatest number of descriptors of a client that no command has taken.
  package static let maximumDescriptors = 16
  /// The greatest size of a command of a client.
  package static let maximumCommandSize = 1 << 20
  /// The greatest size of a line of QEMU that is not passed on as it arrives.
  static let maximumLineSize = 8 << 20

  /// A Boolean value that indicates whether clients other than managers are served: a start must be complete
  /// before.
  package var isServing = true {
    didSet {
      guard isServing, !oldValue else { return }
      greetWaitingClients()
      schedule()
    }
  }
  let secret: String
  /// The commands that readWrite clients may use in addition.
  package var allowed: AllowedCommands
  var actions: [Action] = []
  var clients: [Client: ClientState] = [:]
  /// The clients in the order of their turns.
  var turns: [Client] = []
  private var lastClient = supervisor
  /// The number that stands for the supervisor as the owner of a set of descriptors.
  static let supervisor: Client = 0

  var link = Link.disconnected
  var line = UpstreamLine()
  var inBand: Transaction?
  var outOfBand: [Int: Transaction] = [:]
  var ownCommands: [Transaction] = []
  var cleanups: [Transaction] = []
  var fdsetOwners: [Int: Client] = [:]
  var calls: [Int: (client: Client, id: JSONText?, isOrdered: Bool)] = [:]
  var lastNumber = 0

  /// Creates a multiplexer without connection and clients.
  ///
  /// - Parameters:
  ///   - secret: At least 16 random bytes, which make ids and the names of descriptors unguessable.
  ///   - allowed: The commands that readWrite clients may use in addition.
  package init(secret: [UInt8], allowed: AllowedCommands = .only([])) {
    self.secret = String(decoding: secret.flatMap { Self.hexadecimal($0) }, as: UTF8.self)
    self.allowed = allowed
  }

  private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
    [byte >> 4, byte & 0xF].map { $0 < 10 ? UInt8(ascii: "0") + $0 : UInt8(ascii: "a") + $0 - 10 }
  }

  /// Returns the actions since the last call, in order.
  package mutating func takeActions() -> [Action] {
    defer { actions = [] }
    return actions
  }

  /// Returns a number that is used once.
  mutating func nextNumber() -> Int {
    lastNumber += 1
    return lastNumber
  }

  mutating func nextClient() -> Client {
    lastClient += 1
    return lastClient
  }
}

extension Multiplexer {
  /// The connection to QEMU.
  enum Link {
    case disconnected
    /// Connected; the greeting has not arrived.
    case greeting
    /// The answer to qmp_capabilities with this id has not arrived.
    case negotiating(greeting: JSONText, id: String)
    case ready(greeting: JSONText)
  }

  /// A command that was sent to QEMU or waits for it.
  struct Transaction {
    enum Owner {
      case client(Client)
      case supervisor(token: Int)
      /// The multiplexer itself, which releases what a client left.
      case none
    }

    let owner: Owner
    let request: QMPRequest
    /// The descriptor that is sent with the command.
    let descriptor: Int32?
    let effect: DescriptorEffect

    init(owner: Owner, request: QMPRequest, descriptor: Int32? = nil) {
      (self.owner, self.request, self.descriptor) = (owner, request, descriptor)
      effect = DescriptorEffect(of: request, hasDescriptor: descriptor != nil)
    }
  }

  /// A Boolean value that indicates whether QEMU has answered qmp_capabilities.
  package var isReady: Bool {
    if case .ready = link { return true }
    return false
  }

  /// The greeting of QEMU if it is ready, or else of the supervisor.
  var greeting: JSONText {
    if case .ready(let greeting) = link { return greeting }
    return QMPReply.greetingWithoutQEMU
  }

  /// A Boolean value that indicates whether syntax errors have positions, as those of QEMU since 11.1 have.
  var hasPositions: Bool {
    let version = greeting["QMP"]?["version"]?["qemu"]
    guard let major = version?["major"]?.integer, let minor = version?["minor"]?.integer else { return false }
    return (major, minor) >= (11, 1)
  }
}
