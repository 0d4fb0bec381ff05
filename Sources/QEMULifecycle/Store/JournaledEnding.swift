import LinuxSystem
import QEMUJSON
import QEMUSupervision

extension MachineDirectory {
  /// The end of a run in the supervisor's journal; nil if there is none.
  func journaledEnding(of run: RunFiles) -> MachineRecord.Ending? {
    let reader = JournalReader(
      older: bytes(of: "events.log.1").suffix(Self.journalTail),
      newer: bytes(of: "events.log").suffix(Self.journalTail))
    let line = reader.lines(after: 0).last { line in
      line["life"]?.string == LifeChange.ended.rawValue && line["run"]?.string == run.id
    }
    guard let line, let json = try? JSON.parse(String(decoding: line.text.bytes, as: UTF8.self)) else {
      return nil
    }
    return MachineRecord.Ending(journal: json, text: lastMessages(of: run))
  }

  /// The number of bytes at the end of the journal that have the end of the last run.
  private static let journalTail = 128 << 10
}

extension MachineRecord.Ending {
  /// Reads the description of an end in the journal.
  init?(journal json: JSON, text: String) {
    guard let word = json["reason"]?.stringValue, let description = json["text"]?.stringValue else {
      return nil
    }
    let step = json["step"]?.stringValue.flatMap(ShutdownPolicy.Step.init(rawValue:))
    self.init(
      cause: step.map { .stop($0) }
        ?? .observed(word: word, description, isFailure: json["failure"]?.boolValue ?? false),
      end: ProcessEnd(ending: json), text: text)
  }
}
