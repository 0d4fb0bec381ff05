import QEMUJSON

/// One line of the peer's, understood.
enum QMPMessage {
  /// Something happened.
  case event(QMPEventMessage)
  /// The first line.
  case greeting(QMPGreeting)
  /// What a command gave; the id is nil where there is none, or none of ours.
  case reply(Int64?, Reply)
  /// JSON, but no object.
  case noObject

  enum Reply {
    case value(JSON)
    case refusal(errorClass: String, words: String)
    /// Neither a return value nor an error with words.
    case neither
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
      self = .neither
    }
  }
}
