public import QEMUJSON

/// The address of an incoming migration.
///
/// QEMU: `-incoming defer | URI | [channel-type=]main,addr.…`, the last from 9.1 on
public enum IncomingOption: DedicatedArgument, CheckedArgument {
  /// The option's name.
  public static let option = "incoming"

  /// A QMP command specifies it later. QMP: `migrate-incoming`
  case deferred
  /// `tcp:HOST:PORT`, `unix:PATH`, `fd:NAME`, `file:PATH`, `exec:COMMAND`, `rdma:HOST:PORT`
  case uri(String)
  /// A channel.
  case channel(QAPIArgument<IncomingChannelOption>)

  /// Creates the argument from its text; a text that begins with a word and a colon is a URI.
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

  /// Returns the argument.
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

  /// Creates a channel from a document's mapping.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    self = .channel(try QAPIArgument(members: members, unknownNames: unknownNames))
  }

  /// Returns the errors in a channel.
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

  /// VNC.
  case vnc(Properties<VNCOption>)
  /// Another display, or none.
  case display(QAPIArgument<DisplayOption>)

  /// Creates the argument from its text.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    if text.hasPrefix(Self.vncPrefix) {
      self = .vnc(
        try Properties(text: String(text.dropFirst(Self.vncPrefix.count)), unknownNames: unknownNames))
    } else {
      self = .display(try QAPIArgument(text: text, unknownNames: unknownNames))
    }
  }

  /// Returns the argument.
  public func text() throws(CommandLineError) -> String {
    switch self {
    case .vnc(let properties): try Self.vncPrefix + properties.text()
    case .display(let display): try display.text()
    }
  }

  /// The members of the display; nil for VNC.
  public var members: JSONObject? {
    if case .display(let display) = self { display.members } else { nil }
  }

  /// Creates a display other than VNC from a document's mapping.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    self = .display(try QAPIArgument(members: members, unknownNames: unknownNames))
  }

  /// Returns the errors in the argument.
  public func problems(unknownNames: UnknownNames) -> [CommandLineError] {
    if case .display(let display) = self { display.problems(unknownNames: unknownNames) } else { [] }
  }

  /// The names that this library does not know.
  public var untyped: [String] {
    switch self {
    case .vnc(let properties): properties.untyped
    case .display(let display): display.untyped
    }
  }

  /// The names of the properties whose enumeration does not have the value.
  public var unknownWords: [String] {
    if case .vnc(let properties) = self { properties.unknownWords } else { [] }
  }
}
