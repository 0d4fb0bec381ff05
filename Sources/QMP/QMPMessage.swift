import QEMUJSON

/// A parsed line from the peer.
enum QMPMessage {
  /// An event.
  case event(QMPEventMessage)
  /// The greeting, which is the first line.
  case greeting(QMPGreeting)
  /// The reply to a command; the id is nil if there is none, or if it is not an integer.
  case reply(Int64?, Reply)
  /// JSON that is not an object.
  case noObject

  enum Reply {
    case value(JSON)
    case refusal(errorClass: String, words: String)
    /// A reply with neither a return value nor an error with a description.
    case malformed
  }

  init(_ message: inout JSONTree) {
    if !message.isObject {
      self = .noObject
    } else if let event = QMPEventMessage(message: &message) {
      self = .event(event)
    } else if let greeting = message.take("QMP").flatMap(QMPGreeting.init) {
      self = .greeting(greeting)
    } else {
      self = .reply(message.take("id")?.integerValue, Reply(&message))
    }
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
