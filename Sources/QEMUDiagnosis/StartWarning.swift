import LinuxSystem
import QEMUCommandLine

/// A warning of QEMU, with its meaning and a remedy.
public struct StartWarning: Sendable, Hashable {
  /// The kind of a warning.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The guest gets something other than was requested.
    case differs
    /// A later accelerator in the list took effect.
    case fellBack = "fell-back"
    /// A device or backend has no peer.
    case unconnected
    /// The syntax is deprecated, and will be removed in a later QEMU.
    case deprecated
    /// No rule knows the warning.
    case other
  }

  /// The kind of the warning.
  public let kind: Kind
  /// QEMU's messages, unchanged. All messages that match the same rule are in one warning.
  public let message: String
  /// The meaning, in one sentence without a full stop.
  public let meaning: String
  /// The remedy; never empty.
  public let remedy: String
  /// The name of the rule that matched; nil if only QEMU's message explains it.
  public let rule: String?

  /// Explains the warnings of a start that succeeded.
  ///
  /// Errors that did not end QEMU are included: those of an accelerator that failed before a fallback.
  /// - Parameters:
  ///   - standardError: the text of QEMU's standard error, of which the last 64 KiB are used.
  ///   - command: its command line, beginning with the binary.
  ///   - access: the way to let a user open the KVM device of this host.
  /// - Returns: one warning for each rule, in the order of their first lines, and one for each message that no rule
  ///   matches.
  public static func all(
    in standardError: String, command: [String] = [], access: KVMDeviceAccess = KVMDeviceAccess()
  ) -> [StartWarning] {
    // The text and the command are redacted first, because both are shown to users.
    let redaction = Redaction(arguments: command)
    let command = redaction.arguments
    let text = StandardErrorText(
      redaction.redacting(standardError), arguments: Array(command.dropFirst()),
      program: Diagnosis.program(of: command))
    var found: [WarningMatch] = []
    var places: [String: Int] = [:]
    for message in text.messages {
      guard let match = WarningMatch(message) else { continue }
      if let rule = match.rule, let place = places[rule.name] ?? places[rule.includingRule ?? ""] {
        found[place].merge(match)
      } else {
        if let name = match.rule?.name { places[name] = found.count }
        found.append(match)
      }
    }
    let circumstances = Circumstances(
      end: .exited(code: 1), phase: .beforeGreeting, arguments: Array(command.dropFirst()), access: access)
    return found.map { $0.warning(circumstances) }
  }
}

/// A row of the table of warnings.
struct WarningRule: Sendable {
  let name: String
  let kind: StartWarning.Kind
  let patterns: [WordPattern]
  let meaning: String
  let remedy: String
  /// The name of a more general rule; nil if there is none. If that rule has matched before, the messages of this rule
  /// are added to its warning.
  let includingRule: String?

  init(
    _ name: String, _ kind: StartWarning.Kind, _ patterns: [WordPattern], meaning: String, remedy: String,
    includingRule: String? = nil
  ) {
    self.includingRule = includingRule
    self.name = name
    self.kind = kind
    self.patterns = patterns
    self.meaning = meaning
    self.remedy = remedy
  }
}

/// A rule with the messages that it matched and their captures, without duplicates.
private struct WarningMatch {
  let rule: WarningRule?
  private var messages: [String]
  private var captures: [String: [String]]
  private let text: String
  private let message: StandardErrorText.Message

  init?(_ message: StandardErrorText.Message) {
    messages = [message.writtenText]
    text = message.text
    self.message = message
    for rule in WarningRule.all {
      guard let captures = rule.captures(of: message) else { continue }
      self.rule = rule
      self.captures = captures.mapValues { [$0] }
      return
    }
    guard message.severity == .warning else { return nil }
    rule = nil
    captures = [:]
  }

  mutating func merge(_ other: WarningMatch) {
    messages += other.messages
    captures.merge(other.captures) { old, new in old + new.filter { !old.contains($0) } }
  }

  func warning(_ circumstances: Circumstances) -> StartWarning {
    let filled = captures.mapValues { $0.joined(separator: ", ") }.merging(circumstances.placeholders) {
      own, _ in
      own
    }
    let shown = messages.joined(separator: "\n")
    guard let rule else {
      return StartWarning(
        kind: .other, message: shown, meaning: "QEMU warns: \(text)",
        remedy: "the virtual machine is running; the manual page of QEMU describes each option", rule: nil)
    }
    if rule.name == WarningRule.unknownFallback,
      let known = DiagnosisRule.explanation(of: message, circumstances, in: AcceleratorRules.kvm)
    {
      let accelerator = filled["accelerator"] ?? "another accelerator"
      return StartWarning(
        kind: .fellBack, message: shown,
        meaning: "QEMU uses the accelerator \(accelerator), because \(known.cause)",
        remedy: known.remedy, rule: known.rule)
    }
    return StartWarning(
      kind: rule.kind, message: shown, meaning: DiagnosisRule.fill(rule.meaning, filled),
      remedy: DiagnosisRule.fill(rule.remedy, filled), rule: rule.name)
  }
}

extension WarningRule {
  fileprivate func captures(of message: StandardErrorText.Message) -> [String: String]? {
    let firstLine = message.body.prefix { $0 != UInt8(ascii: "\n") }
    for pattern in patterns {
      if let captures = pattern.match(message.body[...]) ?? pattern.match(firstLine) { return captures }
    }
    return nil
  }
}
