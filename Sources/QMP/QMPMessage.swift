import QEMUJSON

/// A parsed line from the peer.
enum QMPMessage {
  /// An event.
  case event(QMPEventMessage)
  /// The greeting, which is the first line.
  case greeting(QMPGreeting)
  /// The reply to a command.
  case reply(ID, Reply)
  /// JSON that is not an object.
  case notAnObject

  /// The id of a reply.
  enum ID {
    /// No id, as for a command without one.
    case absent
    /// An integer, as in the commands of this package.
    case number(Int64)
    /// Any other value.
    case other
  }

  enum Reply {
    case value(JSON)
    case refusal(errorClass: String, words: String)
    /// A reply with neither a return value nor an error with a description.
    case malformed
  }

  init(_ message: inout JSONTree) {
    if !message.isObject {
      self = .notAnObject
    } else if let event = QMPEventMessage(message: &message) {
      self = .event(event)
    } else if let greeting = message.take("QMP").flatMap(QMPGreeting.init) {
      self = .greeting(greeting)
    } else {
      self = .reply(ID(message.take("id")), Reply(&message))
    }
  }
}

extension QMPMessage.ID {
  fileprivate init(_ value: JSON?) {
    self = value.map { $0.integerValue.map { .number($0) } ?? .other } ?? .absent
  }
}

extension QMPMessage.Reply {
  fileprivate init(_ message: inout JSONTree) {
    if let value = message.take("return") {
      self = .value(value)
    } else if let error = message.take("error"), let words = error["desc"]?.stringValue {
      self = .refusal(errorClass: error["class"]?.stringValue ?? "GenericError", words: words)
    } else {
      self = .malformed
    }
  }
}
