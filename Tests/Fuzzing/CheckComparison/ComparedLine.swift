package import QEMUCommandLine

/// A command line, what QEMU makes of it, and what `check` says.
package struct ComparedLine: Sendable {
  package let words: [String]
  /// The changes that made it.
  package let mutations: [String]
  package let start: FrozenStart
  /// The findings for which QEMU would refuse it.
  package let findings: [String]

  /// The agreement between `check` and QEMU.
  package enum Agreement: String, Sendable, CaseIterable {
    case bothTake = "both take it"
    case bothRefuse = "both refuse it"
    case wrongRefusal = "only check refuses it"
    case missed = "only QEMU refuses it"
    case host = "QEMU could not have something of the host"
    case crashed = "a signal ended QEMU"
    case timedOut = "QEMU did not answer in time"
  }

  package init(words: [String], mutations: [String], start: FrozenStart, capabilities: BinaryCapabilities) {
    self.words = words
    self.mutations = mutations
    self.start = start
    findings = Self.findings(words, capabilities)
  }

  private static func findings(_ words: [String], _ capabilities: BinaryCapabilities) -> [String] {
    do throws(CommandLineError) {
      return try QEMUConfiguration(arguments: words, unknownNames: .kept).findings(for: capabilities)
        .filter { $0.weight == .refused }.map(\.error.description)
    } catch {
      return [error.description]
    }
  }

  package var agreement: Agreement {
    switch start {
    case .taken, .ended: findings.isEmpty ? .bothTake : .wrongRefusal
    case .refused where !findings.isEmpty: .bothRefuse
    case .refused(let said): HostFailure.isOne(said) ? .host : .missed
    case .crashed: .crashed
    case .timedOut: .timedOut
    }
  }

  /// The message for which QEMU ended, without its name and the option that it repeats.
  package var message: String {
    guard case .refused(let text) = start else { return "" }
    let lines = text.split(separator: "\n").map(String.init)
    let own = lines.filter { $0.hasPrefix("qemu") && !$0.contains("warning: ") }
    // A fatal message is the last but for hints; where there is none, what stands there is all that there is.
    let message = own.last ?? lines.last ?? ""
    return withoutOption(message.firstRange(of: ": ").map { String(message[$0.upperBound...]) } ?? message)
  }

  private func withoutOption(_ message: String) -> String {
    for place in words.indices where words[place].hasPrefix("-") {
      for end in [place + 2, place + 1] where end <= words.count {
        let option = words[place..<end].joined(separator: " ") + ": "
        if message.hasPrefix(option) { return String(message.dropFirst(option.count)) }
      }
    }
    return message
  }
}

/// Failures that another host would not have: no business of `check`.
enum HostFailure {
  static func isOne(_ message: String) -> Bool { phrases.contains { message.contains($0) } }

  private static let phrases = [
    "No such file or directory", "Permission denied", "Address already in use", "Connection refused",
    "Cannot allocate memory", "could not load", "Could not open", "Failed to connect", "not accessible",
    "failed to find romfile", "Failed to get", "could not read keymap", "module audio-",
    "vhost_backend_init failed", "requires kvm",
    "could not find keymap", "No such device", "Is a directory", "Operation not permitted",
    "Could not access KVM",
    "Name or service not known",
    "Temporary failure in name resolution", "Network is unreachable", "Cannot assign requested address",
    "could not find",
    "failed to initialize", "No space left", "Inappropriate ioctl", "Bad file descriptor", "Not a directory",
    "No such process",
  ]
}
