import QEMUCommandLine
public import QEMUJSON
import QEMUVerification

/// One thing that a live virtual machine differs in from what is wanted, and how it is brought about.
public struct Change: Sendable, Hashable {
  /// The way in which a change can take effect.
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
    /// The end of an HMP answer that reports success; empty if success has no answer.
    let obeyingWords: String

    init(_ name: String, _ arguments: JSONObject, endingDevice: String? = nil, obeyingWords: String = "") {
      self.name = name
      self.arguments = arguments
      self.endingDevice = endingDevice
      self.obeyingWords = obeyingWords
    }

    /// An HMP command.
    static func monitor(_ line: String, obeyingWords: String = "") -> Command {
      Command("human-monitor-command", ["command-line": .string(line)], obeyingWords: obeyingWords)
    }
  }

  /// The action on the object of a change.
  public enum Action: String, Sendable, Hashable {
    /// It comes.
    case add
    /// It goes; of a property, QEMU decides its value from then on.
    case remove
    /// Its value becomes another.
    case set
  }

  /// The option's name without its dash.
  public let option: String
  /// The option's id, or its index among the option's occurrences.
  public let instance: String
  /// The property that changes; empty where all of the option comes or goes, or it has one value.
  public let property: String
  /// The action.
  public let action: Action
  /// The value that is live; nil where there is none, or nothing shows it.
  public let from: String?
  /// The value that is wanted; nil where it goes.
  public let to: String?
  /// The way in which a change can take effect.
  public let kind: Kind
  /// The reason why it cannot be made live; nil if it can.
  public let reason: String?
  /// The commands, in order; empty if it cannot be made live.
  public let commands: [Command]
  /// The commands that restore the previous state after a command that failed.
  var undoing: [Command] = []
  /// A Boolean value that indicates whether QEMU shows its effect.
  var isShown = true
  /// The move of a disk that it would undo; nil where it puts no older image back under the guest.
  var undoneMove: ImageMove?

  private init(
    _ subject: ChangeSubject, _ action: Action, _ kind: Kind, _ reason: String?, _ commands: [Command]
  ) {
    (option, instance, property) = (subject.option, subject.instance, subject.property)
    (from, to) = (subject.from, subject.to)
    (self.action, self.kind, self.reason, self.commands) = (action, kind, reason, commands)
  }

  static func live(_ subject: ChangeSubject, _ action: Action, _ commands: [Command]) -> Change {
    Change(subject, action, .live, nil, commands)
  }

  static func restart(_ subject: ChangeSubject, _ action: Action, because reason: String) -> Change {
    Change(subject, action, .restart, reason, [])
  }

  static func impossible(_ subject: ChangeSubject, _ action: Action, because reason: String) -> Change {
    Change(subject, action, .impossible, reason, [])
  }

  static func hindered(_ subject: ChangeSubject, _ action: Action, _ kind: Kind, because reason: String)
    -> Change
  {
    Change(subject, action, kind, reason, [])
  }

  /// The identity: changes with the same object, action and value are one.
  var identity: [String] { [option, instance, property, action.rawValue, to ?? from ?? ""] }
}

/// The subject of a change.
struct ChangeSubject {
  let option: String
  let instance: String
  var property = ""
  var from: String?
  var to: String?

  init(_ option: String, _ instance: String, _ property: String = "", from: String? = nil, to: String? = nil)
  {
    (self.option, self.instance, self.from, self.to) = (option, instance, from, to)
    // An option with one value has it under the option's own name.
    self.property = property == option ? "" : property
  }
}

extension Change {
  /// The change as a part of the plan's JSON document. A secret's data stays out.
  public var json: JSON {
    var object: JSONObject = [
      "option": .string(option), "instance": .string(instance), "property": .string(property),
      "action": .string(action.rawValue), "from": from.map(JSON.string) ?? .null,
      "to": to.map(JSON.string) ?? .null, "how": .string(kind.rawValue), "title": .string(title),
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
    if shown["data"] != nil { shown["data"] = .string(Redaction.marker) }
    return shown
  }
}
