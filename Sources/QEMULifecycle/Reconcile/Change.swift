public import QEMUJSON

/// One thing that a live virtual machine differs in from what is wanted, and how it is brought about.
public struct Change: Sendable, Hashable {
  /// When it can take effect.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// On the running virtual machine.
    case live
    /// With the next start.
    case restart
    /// Not as the virtual machine stands; the reason says what is in the way.
    case impossible
  }

  /// One QMP command of a change.
  public struct Command: Sendable, Hashable {
    /// The command's wire name.
    public let name: String
    /// Its arguments.
    public let arguments: JSONObject
    /// The device whose end must be told by an event before the command is done; nil where the reply is enough.
    public let endingDevice: String?
    /// How the answer of the monitor for people ends when it obeys; it says nothing where this is empty.
    let obeyingWords: String

    init(_ name: String, _ arguments: JSONObject, endingDevice: String? = nil, obeyingWords: String = "") {
      self.name = name
      self.arguments = arguments
      self.endingDevice = endingDevice
      self.obeyingWords = obeyingWords
    }

    /// A command of the monitor for people.
    static func monitor(_ line: String, obeyingWords: String = "") -> Command {
      Command("human-monitor-command", ["command-line": .string(line)], obeyingWords: obeyingWords)
    }
  }

  /// The option's name without its dash.
  public let option: String
  /// Which one: an id, or the index among the option's occurrences.
  public let instance: String
  /// What is to be done, in words: `add`, `remove`, `change bootindex to 2`.
  public let action: String
  /// When it can take effect.
  public let kind: Kind
  /// Why it cannot be live; nil where it can.
  public let reason: String?
  /// What is sent, in order; empty where it cannot be live.
  public let commands: [Command]
  /// What brings back what was before, where a command that fails takes it away.
  var undoing: [Command] = []
  /// Whether QEMU shows what comes of it.
  var isShown = true

  static func live(_ option: String, _ instance: String, _ action: String, _ commands: [Command]) -> Change {
    Change(option: option, instance: instance, action: action, kind: .live, reason: nil, commands: commands)
  }

  static func restart(_ option: String, _ instance: String, _ action: String, because reason: String)
    -> Change
  {
    Change(option: option, instance: instance, action: action, kind: .restart, reason: reason, commands: [])
  }

  static func impossible(_ option: String, _ instance: String, _ action: String, because reason: String)
    -> Change
  {
    Change(
      option: option, instance: instance, action: action, kind: .impossible, reason: reason, commands: [])
  }

  /// The change in one line: `device nic: remove`.
  public var title: String { "\(option) \(instance): \(action)" }
}

extension Change {
  /// The change as a part of the plan's JSON document. A secret's data stays out.
  public var json: JSON {
    var object: JSONObject = [
      "option": .string(option), "instance": .string(instance), "action": .string(action),
      "kind": .string(kind.rawValue),
    ]
    object["reason"] = reason.map(JSON.string)
    object["commands"] = .array(
      commands.map { ["execute": .string($0.name), "arguments": .object($0.shown)] })
    return .object(object)
  }
}

extension Change.Command {
  fileprivate var shown: JSONObject {
    guard arguments["qom-type"]?.stringValue?.hasPrefix("secret") == true else { return arguments }
    var shown = arguments
    if shown["data"] != nil { shown["data"] = "(secret)" }
    return shown
  }
}
