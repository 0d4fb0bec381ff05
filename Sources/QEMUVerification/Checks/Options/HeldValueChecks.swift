import QEMUCommandLine

// Values that no query shows, but that QEMU stores in a global variable which its binary exports.

/// The value of a variable, as a text of the command line.
struct HeldValue: Sendable {
  let symbol: String
  var form = GlobalVariable.Form.value
  /// The valid sizes of the variable, in bytes.
  let sizes: Set<Int>
  let word: @Sendable (_ bytes: [UInt8]) -> String?

  /// Returns the value of a variable that stores an enumeration as a number.
  static func words(
    _ symbol: String, _ words: [String], _ form: GlobalVariable.Form = .value
  ) -> HeldValue {
    HeldValue(symbol: symbol, form: form, sizes: [4]) { bytes in
      let number = littleEndian(bytes[...])
      return number < words.count ? words[Int(number)] : nil
    }
  }

  /// Returns the value of a variable that is on or off.
  static func flag(_ symbol: String, _ form: GlobalVariable.Form = .value) -> HeldValue {
    HeldValue(symbol: symbol, form: form, sizes: [1, 4]) { bytes in
      switch littleEndian(bytes[...]) {
      case 0: "off"
      case 1: "on"
      default: nil
      }
    }
  }
}

/// Returns the little-endian number of up to eight bytes.
func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

/// Returns the check of the value of a variable.
/// - Parameter meant: the expected value, if it is not the text of the request.
func heldCheck(_ held: HeldValue, meaning meant: String? = nil) -> Check {
  let variable = GlobalVariable(held.symbol, held.form)
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    guard let text = try reader.global(variable) else { return .unobservable(reader.absence(of: variable)) }
    guard let bytes = Hexadecimal.bytes(text), held.sizes.contains(bytes.count), let word = held.word(bytes)
    else {
      return .unobservable("\(held.symbol) has an unknown form", [Evidence(variable, text)])
    }
    let isSame =
      (meant ?? wanted) == word || (meant == nil && Bool(propertyText: wanted)?.propertyText == word)
    return .compare(
      isSame, observed: word, [Evidence(variable, "\(text), which is \(word)")],
      else: Remedy(.restart, "restart with \(wanted)"))
  }
}

private let rebootAction = HeldValue.words("reboot_action", ["reset", "shutdown"])
private let shutdownAction = HeldValue.words("shutdown_action", ["poweroff", "pause"])
private let panicAction = HeldValue.words("panic_action", ["pause", "shutdown", "exit-failure", "none"])

private let watchdogAction = HeldValue.words(
  "get_watchdog_action", ["reset", "shutdown", "poweroff", "pause", "debug", "none", "inject-nmi"], .getter)

/// The check of `-watchdog-action`.
let watchdogActionCheck = heldCheck(watchdogAction)

/// The checks of the properties of `-action`.
let actionChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "watchdog": { _ in watchdogActionCheck },
  "reboot": { _ in heldCheck(rebootAction) },
  "shutdown": { _ in heldCheck(shutdownAction) },
  "panic": { _ in heldCheck(panicAction) },
]

/// The check of `-no-reboot`.
let noRebootCheck = heldCheck(rebootAction, meaning: "shutdown")
/// The check of `-no-shutdown`.
let noShutdownCheck = heldCheck(shutdownAction, meaning: "pause")
/// The check of `-only-migratable`.
let onlyMigratableCheck = heldCheck(.flag("only_migratable"))
/// The check of `-rtc clock=`.
let clockSourceCheck = heldCheck(.words("rtc_clock", ["rt", "vm", "host"]))
/// The check of `-overcommit cpu-pm=`: QEMU stores it, and under kvm the kernel must support it.
let processorPowerCheck: Check = { (wanted, subject, reader) throws(EvidenceMissing) in
  var judgement = try heldCheck(.flag("enable_cpu_pm"))(wanted, subject, &reader)
  guard judgement.verdict == .confirmed, Bool(propertyText: wanted) == true, subject.liveAccelerator == "kvm",
    let capability = try KVMCapability.disableExits.read(&reader)
  else { return judgement }
  judgement.evidence.append(capability.evidence)
  if capability.answer > 0 { return judgement }
  judgement.verdict = .drifted
  judgement.reason = "QEMU stores it, but this host's KVM does not let a guest execute these instructions"
  judgement.remedy = Remedy(.impossible, "remove cpu-pm=on, or use a host whose KVM supports it")
  return judgement
}

/// The checks of the properties of `-msg`.
let messageChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "timestamp": { _ in heldCheck(.flag("message_with_timestamp")) },
  "guest-name": { _ in heldCheck(.flag("error_with_guestname")) },
]

/// The checks of the properties of `-compat`: the policy is a flag and a number for each member.
let compatibilityChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "deprecated-input": { _ in policyCheck(0, ["accept", "reject", "crash"]) },
  "deprecated-output": { _ in policyCheck(8, ["accept", "hide"]) },
  "unstable-input": { _ in policyCheck(16, ["accept", "reject", "crash"]) },
  "unstable-output": { _ in policyCheck(24, ["accept", "hide"]) },
]

private func policyCheck(_ place: Int, _ words: [String]) -> Check {
  heldCheck(
    HeldValue(symbol: "compat_policy", sizes: [32]) { bytes in
      // A member that was not set has the default, accept.
      if bytes[place] == 0 { return words[0] }
      let number = littleEndian(bytes[place + 4..<place + 8])
      return bytes[place] == 1 && number < words.count ? words[Int(number)] : nil
    })
}

/// The check of `-echr`: a number in any notation.
let escapeCharacterCheck: Check = { (wanted, subject, reader) throws(EvidenceMissing) in
  let number = Int64(propertyText: wanted).map { String($0) }
  return try heldCheck(
    HeldValue(symbol: "term_escape_char", sizes: [4]) { String(littleEndian($0[...])) }, meaning: number)(
      wanted, subject, &reader)
}

/// The bits of the items of `-d`.
private let logItems: [String: UInt32] = [
  "out_asm": 1, "in_asm": 1 << 1, "op": 1 << 2, "op_opt": 1 << 3, "int": 1 << 4, "exec": 1 << 5,
  "pcall": 1 << 6,
  "cpu": 1 << 8, "cpu_reset": 1 << 9, "unimp": 1 << 10, "guest_errors": 1 << 11, "mmu": 1 << 12,
  "nochain": 1 << 13, "page": 1 << 14, "op_ind": 1 << 16, "fpu": 1 << 17, "plugin": 1 << 18,
  "strace": 1 << 19,
  "tid": 1 << 20, "vpu": 1 << 21, "op_plugin": 1 << 22, "invalid_mem": 1 << 23,
]
/// The bit that QEMU sets if trace events are logged, regardless of `-d`.
private let traceLog: UInt32 = 1 << 15

/// Checks `-d`.
func checkLogItems(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let variable = GlobalVariable("qemu_loglevel")
  guard let text = try reader.global(variable) else { return .unobservable(reader.absence(of: variable)) }
  let items = wanted.split(separator: ",").map(String.init)
  guard let bytes = Hexadecimal.bytes(text), bytes.count == 4,
    items.allSatisfy({ logItems[$0] != nil || $0.hasPrefix("trace:") })
  else { return .unobservable("this library does not know the bits of all these items") }
  let live = UInt32(truncatingIfNeeded: littleEndian(bytes[...])) & ~traceLog
  let meant = items.reduce(0) { $0 | (logItems[$1] ?? 0) }
  let names = logItems.filter { live & $0.value != 0 }.keys.sorted()
  return .compare(
    live == meant, observed: names.isEmpty ? "none" : names.joined(separator: ","),
    [Evidence(variable, text)], else: Remedy(.live, "set it with the HMP command log \(wanted)"))
}

/// The checks of the properties of `-semihosting-config`.
let semihostingChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "enable": { _ in heldCheck(.flag("semihosting_enabled", .getter)) },
  "target": { _ in heldCheck(.words("semihosting_get_target", ["auto", "native", "gdb"], .getter)) },
]

/// The checks of the properties of `-icount`, by the state of the timers, which has 96 bytes.
let instructionCountChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "shift": { _ in
    { (wanted, subject, reader) throws(EvidenceMissing) in
      // 2 is a shift that QEMU adjusts.
      let mode = GlobalVariable("use_icount")
      guard let text = try reader.global(mode) else { return .unobservable(reader.absence(of: mode)) }
      if wanted == "auto" || text != "01000000" {
        return .compare(
          (wanted == "auto") == (text == "02000000"), observed: text == "02000000" ? "auto" : "not fixed",
          [Evidence(mode, text)], else: Remedy(.restart, "restart with -icount shift=\(wanted)"))
      }
      return try heldCheck(
        HeldValue(symbol: "timers_state", sizes: [96]) { String(littleEndian($0[26..<28])) })(
          wanted, subject, &reader)
    }
  },
  "align": { _ in heldCheck(.flag("icount_align_option")) },
  "sleep": { _ in
    heldCheck(
      HeldValue(symbol: "timers_state", sizes: [96]) { littleEndian($0[88..<96]) == 0 ? "off" : "on" })
  },
]

/// Checks `-k`.
func checkKeyboardLayout(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let variable = GlobalVariable("keyboard_layout", .text)
  guard let layout = try reader.global(variable) else { return .unobservable(reader.absence(of: variable)) }
  return .compare(
    layout == wanted, observed: layout, [Evidence(variable, layout)],
    else: Remedy(.restart, "restart with -k \(wanted)"))
}
