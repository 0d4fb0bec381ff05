public import LinuxSystem
import QEMUCommandLine

/// The phase that a start had reached.
public enum StartPhase: String, Sendable, Hashable, CaseIterable {
  /// The monitor has not sent its greeting.
  case beforeGreeting
  /// The monitor has sent its greeting, which it does before machine initialization.
  case afterGreeting
  /// The first command is answered: machine initialization is complete.
  case ready
}

/// The reason why QEMU exited: its messages, their meaning, and a remedy.
public struct Diagnosis: Sendable, Hashable {
  /// The exit of the process.
  public let end: ProcessEnd
  /// The phase that the start had reached.
  public let phase: StartPhase
  /// QEMU's messages except warnings, unchanged and with their hint lines; empty if there are none.
  public let messages: String
  /// The option that the message refers to, such as `-drive file=x.qcow2`; nil if there is none.
  public let option: String?
  /// The warnings and notes, each with its hint lines.
  public let warnings: [String]
  /// The cause, in one sentence without a full stop.
  public let cause: String
  /// The remedy; never empty.
  public let remedy: String
  /// The name of the rule that matched; nil if only QEMU's messages explain the exit.
  public let rule: String?

  private let standardError: String
  private let access: KVMDeviceAccess
  package let command: [String]

  /// Explains the exit of a QEMU.
  ///
  /// This is a pure function. Its time is linear in the length of the text, of which the last 64 KiB are used.
  /// - Parameters:
  ///   - end: the exit of the process.
  ///   - standardError: the text of its standard error.
  ///   - command: its command line, beginning with the binary. It is used to separate an option in a message from the
  ///     text after it.
  ///   - phase: the phase that the start had reached.
  ///   - access: the way to let a user open the KVM device of this host.
  public init(
    end: ProcessEnd, standardError: String, command: [String], phase: StartPhase = .afterGreeting,
    access: KVMDeviceAccess = KVMDeviceAccess()
  ) {
    // The text and the command are redacted first, because both are shown to users.
    let redaction = Redaction(arguments: command)
    let (command, standardError) = (redaction.arguments, redaction.redacting(standardError))
    let arguments = Array(command.dropFirst())
    let text = StandardErrorText(standardError, arguments: arguments, program: Self.program(of: command))
    let circumstances = Circumstances(end: end, phase: phase, arguments: arguments, access: access)
    let explanation = Self.explain(text, circumstances)
    let shown = text.errorsOrNotes
    self.end = end
    self.phase = phase
    self.standardError = standardError
    self.command = command
    self.access = access
    messages = shown.map(\.writtenText).joined(separator: "\n")
    option = explanation.message?.location ?? shown.last { $0.location != nil }?.location
    warnings = text.messages.filter { message in !shown.contains { $0.severity == message.severity } }
      .map(\.writtenText)
    cause = explanation.cause
    remedy = explanation.remedy
    rule = explanation.rule
  }

  /// Returns the name that QEMU prints before its messages.
  package static func program(of command: [String]) -> String? {
    command.first?.split(separator: "/").last.map(String.init)
  }

  /// A Boolean value that indicates whether the guest ended QEMU, by a shutdown or with an exit status; neither QEMU
  /// nor its command line is at fault then.
  public var isCausedByGuest: Bool { ["ended", "guest-exit", "panic-exit"].contains(rule) }

  /// A Boolean value that indicates whether QEMU's messages report a signal that it handled.
  package var reportsSignal: Bool { LifecycleRules.orderly.contains { $0.name == rule } }

  /// The diagnosis of the same exit, but after machine initialization.
  var whenReady: Diagnosis {
    Diagnosis(end: end, standardError: standardError, command: command, phase: .ready, access: access)
  }
}

/// The facts about an exit, except QEMU's messages.
struct Circumstances: Sendable {
  let end: ProcessEnd
  let phase: StartPhase
  let arguments: [String]
  var access = KVMDeviceAccess()

  /// The values of placeholders in a rule's text that no pattern fills.
  var placeholders: [String: String] { ["kvm access": access.advice] }

  /// Returns whether an option is on the command line, with one dash or two.
  func has(_ options: String...) -> Bool {
    arguments.contains { argument in options.contains { argument == "-\($0)" || argument == "--\($0)" } }
  }

  /// Returns the values of an option, in order.
  func values(of option: String) -> [String] {
    zip(arguments, arguments.dropFirst()).filter { $0.0 == "-\(option)" || $0.0 == "--\(option)" }.map(\.1)
  }
}

extension StandardErrorText {
  /// The messages that may explain a failure: the warnings if there are no errors and notes.
  var relevantMessages: [Message] { errorsOrNotes.isEmpty ? messages(.warning) : errorsOrNotes }

  /// The messages that may explain an exit: the errors; if there are none, the notes.
  var errorsOrNotes: [Message] {
    let errors = messages(.error)
    return errors.isEmpty ? messages(.note) : errors
  }
}
