import QEMUCommandLine
public import QEMUJSON
public import QEMUVerification

/// A difference between a live virtual machine and the target configuration, and the commands that remove it.
public struct Change: Sendable, Hashable {
  /// One QMP command of a change.
  public struct Command: Sendable, Hashable {
    /// The command's wire name.
    public let name: String
    /// Its arguments.
    public let arguments: JSONObject
    /// The device whose removal an event must report before the command is complete; nil if the reply completes it.
    public let endingDevice: String?
    /// The end of an HMP answer that reports success; empty if success has no answer.
    package let successText: String

    package init(
      _ name: String, _ arguments: JSONObject, endingDevice: String? = nil, successText: String = ""
    ) {
      self.name = name
      self.arguments = arguments
      self.endingDevice = endingDevice
      self.successText = successText
    }

    /// Returns an HMP command.
    package static func monitor(_ line: String, successText: String = "") -> Command {
      Command("human-monitor-command", ["command-line": .string(line)], successText: successText)
    }
  }

  /// The action of a change.
  public enum Action: String, Sendable, Hashable {
    /// An option or a rule is added.
    case add
    /// An option or a rule is removed, or a property is left to QEMU's default.
    case remove
    /// A property is set to a different value.
    case set
  }

  /// The option's name without its dash.
  public let option: String
  /// The option's id, or its index among the option's occurrences.
  public let instance: String
  /// The property that changes; empty if the whole option is added or removed, or has a single value.
  public let property: String
  /// The action.
  public let action: Action
  /// The live value; nil if there is none, or if it cannot be determined.
  public let from: String?
  /// The wanted value; nil if it is removed.
  public let to: String?
  /// The way in which a change can take effect.
  public let kind: ChangeKind
  /// The reason why it cannot be made while QEMU is running; nil if it can.
  public let reason: String?
  /// The commands, in order; empty if it cannot be made while QEMU is running.
  public let commands: [Command]
  /// The commands that restore the previous state after a command that failed.
  package var rollbackCommands: [Command] = []
  /// A Boolean value that indicates whether QEMU shows the effect of the change.
  package var isEffectObservable = true
  /// The image change of a disk that it would undo; nil if it does not replace a live image by an older one.
  var undoneMove: ImageMove?

  private init(
    _ subject: ChangeSubject, _ action: Action, _ kind: ChangeKind, _ reason: String?, _ commands: [Command]
  ) {
    (option, instance, property) = (subject.option, subject.instance, subject.property)
    (from, to) = (subject.from, subject.to)
    (self.action, self.kind, self.reason, self.commands) = (action, kind, reason, commands)
  }

  package static func live(_ subject: ChangeSubject, _ action: Action, _ commands: [Command]) -> Change {
    Change(subject, action, .live, nil, commands)
  }

  package static func restart(_ subject: ChangeSubject, _ action: Action, because reason: String) -> Change {
    Change(subject, action, .restart, reason, [])
  }

  package static func impossible(_ subject: ChangeSubject, _ action: Action, because reason: String) -> Change
  {
    Change(subject, action, .impossible, reason, [])
  }

  static func prevented(
    _ subject: ChangeSubject, _ action: Action, _ kind: ChangeKind, because reason: String
  )
    -> Change
  {
    Change(subject, action, kind, reason, [])
  }

  /// The identity: changes with the same property, action and value are the same change.
  package var identity: [String] { [option, instance, property, action.rawValue, to ?? from ?? ""] }
}

/// The subject of a change.
package struct ChangeSubject {
  let option: String
  let instance: String
  var property = ""
  var from: String?
  var to: String?

  init(_ option: String, _ instance: String, _ property: String = "", from: String? = nil, to: String? = nil)
  {
    (self.option, self.instance, self.from, self.to) = (option, instance, from, to)
    // The value of an option with a single value has the name of the option.
    self.property = property == option ? "" : property
  }
}

extension Change {
  /// The change as a part of the plan's JSON document, without the data of secrets.
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
