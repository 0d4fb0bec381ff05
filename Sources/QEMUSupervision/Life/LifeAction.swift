/// An action that the owner of a ``Life`` performs.
package enum LifeAction: Sendable {
  /// Starts the child that waits to execute QEMU; the result is passed to ``Life/prepared(pid:)`` or
  /// ``Life/failed(_:)``.
  case prepare(LaunchFile)
  /// Lets the child execute QEMU, and connects to its monitor; the result is passed to
  /// ``Life/executed(pid:)`` and, if there is an error, to ``Life/failed(_:)``.
  case execute
  /// Lets the waiting child exit.
  case discard
  /// Sends a signal to QEMU.
  case signal(Int32)
  /// Executes the QMP command of a step of a stop; a failure is passed to ``Life/stepFailed(_:_:at:)``.
  case request(StopStep)
  /// Answers a call with the text of an object.
  case answer(Int, JSONText)
  /// Answers a call with an error.
  case refuse(Int, String)
  /// Appends an entry to the journal.
  case note(LifeChange, Members)
  /// Appends an intent to the journal before the act, or withdraws the intents.
  case intend(EndIntent?)
  /// Starts the process that starts QEMU again.
  case startAgain
  /// Ends that process.
  case endStarter
  /// Ends the supervisor after all answers are sent.
  case finish
}
