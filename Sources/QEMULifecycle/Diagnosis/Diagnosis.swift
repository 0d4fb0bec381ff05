import QEMUCommandLine

/// The phase that a start had reached.
public enum StartPhase: String, Sendable, Hashable, CaseIterable {
  /// The monitor has not greeted yet.
  case beforeGreeting
  /// The monitor has greeted, which comes before the machine is built.
  case afterGreeting
  /// The first command is answered: the machine is built.
  case ready
}

/// The reason why QEMU exited: its messages, their meaning, and a remedy.
public struct Diagnosis: Sendable, Hashable {
  /// The exit of the process.
  public let end: ProcessEnd
  /// The phase that the start had reached.
  public let phase: StartPhase
  /// QEMU's own words, whole: the lines that are no warnings, with their hint lines; empty where it said nothing.
  public let words: String
  /// The option that QEMU complains of, `-drive file=x.qcow2`, where it names one.
  public let option: String?
  /// The warnings and notes, each with its hint lines.
  public let warnings: [String]
  /// The cause, in one sentence without a full stop.
  public let cause: String
  /// The remedy; never empty.
  public let remedy: String
  /// The name of the rule that knows this end; nil where only QEMU's words explain it.
  public let rule: String?

  private let standardError: String
  private let access: KVMDeviceAccess
  let command: [String]

  /// Explains how a QEMU ended.
  ///
  /// Pure, and linear in the length of the text, of which the last 64 KiB count.
  /// - Parameters:
  ///   - end: how the process ended.
  ///   - standardError: all that it wrote to its standard error.
  ///   - command: its command line, the binary first: by it an option's text is told from the words after it.
  ///   - phase: how far the start had come.
  ///   - access: the way to let a user open the KVM device, as this host has it.
  public init(
    end: ProcessEnd, standardError: String, command: [String], phase: StartPhase = .afterGreeting,
    access: KVMDeviceAccess = KVMDeviceAccess()
  ) {
    // All that follows is shown to people.
    let redaction = Redaction(arguments: command)
    let (command, standardError) = (redaction.arguments, redaction.striking(standardError))
    let arguments = Array(command.dropFirst())
    let text = StandardErrorText(standardError, arguments: arguments, program: Self.program(of: command))
    let circumstances = Circumstances(end: end, phase: phase, arguments: arguments, access: access)
    let explanation = Self.explain(text, circumstances)
    let spoken = text.spoken
    self.end = end
    self.phase = phase
    self.standardError = standardError
    self.command = command
    self.access = access
    words = spoken.map(\.words).joined(separator: "\n")
    option = explanation.message?.location ?? spoken.last { $0.location != nil }?.location
    warnings = text.messages.filter { message in !spoken.contains { $0.severity == message.severity } }
      .map(\.words)
    cause = explanation.cause
    remedy = explanation.remedy
    rule = explanation.rule
  }

  /// The name that QEMU writes before its words.
  static func program(of command: [String]) -> String? {
    command.first?.split(separator: "/").last.map(String.init)
  }

  /// A Boolean value that indicates whether the guest ended QEMU, by a shutdown or with a status of its own: no fault of QEMU's
  /// or of its command line.
  public var isGuestsDoing: Bool { ["ended", "guest-exit", "panic-exit"].contains(rule) }

  /// A Boolean value that indicates whether QEMU's own messages tell of a signal that it obeyed.
  var tellsOfSignal: Bool { LifecycleRules.orderly.contains { $0.name == rule } }

  /// The same end, told of a machine that was built already.
  var whenReady: Diagnosis {
    Diagnosis(end: end, standardError: standardError, command: command, phase: .ready, access: access)
  }
}

/// The facts about an exit besides QEMU's messages.
struct Circumstances: Sendable {
  let end: ProcessEnd
  let phase: StartPhase
  let arguments: [String]
  var access = KVMDeviceAccess()

  /// The values of placeholders in a rule's text that no pattern fills.
  var words: [String: String] { ["kvm access": access.advice] }

  /// Returns whether an option is on the command line, with one dash or two.
  func has(_ options: String...) -> Bool {
    arguments.contains { argument in options.contains { argument == "-\($0)" || argument == "--\($0)" } }
  }

  /// The values of an option, in order.
  func values(of option: String) -> [String] {
    zip(arguments, arguments.dropFirst()).filter { $0.0 == "-\(option)" || $0.0 == "--\(option)" }.map(\.1)
  }
}

extension StandardErrorText {
  /// The messages that may explain a failure: the warnings if there are no errors and notes.
  var told: [Message] { spoken.isEmpty ? messages(.warning) : spoken }

  /// The messages that may tell of the end: errors, and where there are none, the notes.
  var spoken: [Message] {
    let errors = messages(.error)
    return errors.isEmpty ? messages(.note) : errors
  }
}
