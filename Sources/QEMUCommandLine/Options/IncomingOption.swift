public import QEMUJSON

/// The address of an incoming migration.
///
/// QEMU: `-incoming defer | URI | [channel-type=]main,addr.…`, the last from 9.1 on
public enum IncomingOption: DedicatedArgument, CheckedArgument {
  /// The option's name.
  public static let option = "incoming"

  /// A command says it later. QMP: `migrate-incoming`
  case deferred
  /// `tcp:HOST:PORT`, `unix:PATH`, `fd:NAME`, `file:PATH`, `exec:COMMAND`, `rdma:HOST:PORT`
  case uri(String)
  /// A channel.
  case channel(QAPIArgument<IncomingChannelOption>)

  /// Reads the argument: what begins with a word and a colon is a URI.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    if text == "defer" {
      self = .deferred
      return
    }
    let isWord = { (byte: UInt8) in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || 0x30...0x39 ~= byte
        || [0x2B, 0x2D, 0x2E].contains(byte)
    }
    let rest = text.utf8.drop(while: isWord)
    if rest.first == UInt8(ascii: ":") {
      self = .uri(text)
    } else {
      self = .channel(try QAPIArgument(text: text, unknownNames: unknownNames))
    }
  }

  /// The argument.
  public func text() throws(CommandLineError) -> String {
    switch self {
    case .deferred: "defer"
    case .uri(let uri): uri
    case .channel(let channel): try channel.text()
    }
  }

  /// The members of a channel.
  public var members: JSONObject? {
    if case .channel(let channel) = self { channel.members } else { nil }
  }

  /// Makes a channel.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    self = .channel(try QAPIArgument(members: members, unknownNames: unknownNames))
  }

  /// Returns the faults of a channel.
  public func problems(unknownNames: UnknownNames) -> [CommandLineError] {
    if case .channel(let channel) = self { channel.problems(unknownNames: unknownNames) } else { [] }
  }
}

/// The display of the guest.
///
/// QEMU: `-display [type=]TYPE[,…]`, `-display vnc=…`, or as JSON
public enum DisplayArgument: DedicatedArgument, CheckedArgument {
  /// The option's name.
  public static let option = "display"
  private static let vncPrefix = "vnc="

  /// On VNC.
  case vnc(Properties<VNCOption>)
  /// Elsewhere, or nowhere.
  case display(QAPIArgument<DisplayOption>)

  /// Reads the argument.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    if text.hasPrefix(Self.vncPrefix) {
      self = .vnc(
        try Properties(text: String(text.dropFirst(Self.vncPrefix.count)), unknownNames: unknownNames))
    } else {
      self = .display(try QAPIArgument(text: text, unknownNames: unknownNames))
    }
  }

  /// The argument.
  public func text() throws(CommandLineError) -> String {
    switch self {
    case .vnc(let properties): try Self.vncPrefix + properties.text()
    case .display(let display): try display.text()
    }
  }

  /// The members of a display that is not VNC's.
  public var members: JSONObject? {
    if case .display(let display) = self { display.members } else { nil }
  }

  /// Makes a display that is not VNC's.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    self = .display(try QAPIArgument(members: members, unknownNames: unknownNames))
  }

  /// Returns the faults of the argument.
  public func problems(unknownNames: UnknownNames) -> [CommandLineError] {
    if case .display(let display) = self { display.problems(unknownNames: unknownNames) } else { [] }
  }

  /// The names that are not known.
  public var untyped: [String] {
    switch self {
    case .vnc(let properties): properties.untyped
    case .display(let display): display.untyped
    }
  }

  /// The names of those whose value is a word that is not known here.
  public var unknownWords: [String] {
    if case .vnc(let properties) = self { properties.unknownWords } else { [] }
  }
}
