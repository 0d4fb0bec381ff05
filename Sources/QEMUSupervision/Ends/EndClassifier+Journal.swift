extension JournalEntry {
  /// Returns the entry for an intent, which is written before the act; nil withdraws the intents.
  package static func intent(_ intent: EndIntent?) -> JournalEntry {
    switch intent {
    case .stop(let step): .life(.intent, [("stop", .string(step.rawValue))])
    case .quit(let client): .life(.intent, [("quit", .integer(client))])
    case nil: .life(.intent, [("withdrawn", .boolean(true))])
    }
  }
}

extension EndClassifier {
  /// Records an event or an intent that an earlier supervisor of the same run has written to the journal.
  package mutating func note(_ line: JournalLine) {
    if line.kind == "event", let name = line["event"]?.string {
      note(event: name, data: line["data"])
    } else if line.kind == "life", line["life"]?.isString(LifeChange.intent.rawValue) == true {
      noteIntent(line)
    }
  }

  private mutating func noteIntent(_ line: JournalLine) {
    if let step = line["stop"]?.string.flatMap(StopStep.init) {
      note(intent: .stop(step))
    } else if let client = line["quit"]?.integer {
      note(intent: .quit(client: client))
    } else if line["withdrawn"]?.boolean == true {
      withdrawIntents()
    }
  }
}
