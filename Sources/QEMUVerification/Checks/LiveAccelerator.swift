import QEMUCommandLine
import QEMUJSON

/// The accelerator that runs the guest, and its evidence.
struct LiveAccelerator {
  /// Its name; nil if it is not one that this QEMU can identify.
  var name: String?
  var evidence: [Evidence]
  /// The accelerators that are known not to run the guest, if the name is unknown.
  var excluded: Set<String> = []

  private static let accelerators = QueryRequest("query-accelerators")
  private static let kvm = QueryRequest("query-kvm")

  /// Reads the accelerator from QEMU: by `query-accelerators` if it has that, otherwise by queries for kvm and then
  /// tcg.
  static func observe(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> LiveAccelerator {
    if reader.observation.monitorUnavailability != nil { return try observeHost(&reader) }
    if let enabled = try reader.value(accelerators)?["enabled"]?.stringValue {
      return LiveAccelerator(name: enabled, evidence: [Evidence(accelerators, "enabled: \(enabled)")])
    }
    reader.prefetch([kvm, TranslationCache.query], [.descriptors])
    let kvmEvidence = try observeKVM(&reader)
    if let kvmEvidence { return LiveAccelerator(name: "kvm", evidence: kvmEvidence) }
    let disabled =
      try reader.value(kvm)?["enabled"]?.boolValue == false ? Evidence(kvm, "enabled: false") : nil
    guard let line = try TranslationCache.read(&reader)?.line("gen code size") else {
      return try neither(disabled, &reader)
    }
    return LiveAccelerator(
      name: "tcg", evidence: [disabled].compactMap(\.self) + [Evidence(TranslationCache.query, String(line))])
  }

  /// Reads the accelerator from the host: by a KVM descriptor, or by a translation cache.
  private static func observeHost(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> LiveAccelerator {
    reader.prefetch([], [.descriptors, .maps, .threads])
    let machine = try reader.text(.descriptors)?.lines.first { $0.hasSuffix("anon_inode:kvm-vm") }
    if let machine {
      return LiveAccelerator(name: "kvm", evidence: [Evidence(.descriptors, String(machine))])
    }
    let cache = try reader.text(.maps)?.lines.first { isTranslationCache(MemoryArea($0)) }
    if let cache { return LiveAccelerator(name: "tcg", evidence: [Evidence(.maps, String(cache))]) }
    let thread = try reader.text(.threads)?.lines.first { $0.hasSuffix("/TCG") }
    return LiveAccelerator(
      name: thread.map { _ in "tcg" }, evidence: thread.map { [Evidence(.threads, String($0))] } ?? [])
  }

  /// Returns whether an area is the translation cache: only that is writable and executable and has this size. With
  /// `split-wx` it is a memory file that is mapped twice.
  private static func isTranslationCache(_ area: MemoryArea) -> Bool {
    let isBoth = area.permissions == "rwxp" && area.name.isEmpty && area.size ?? 0 >= 512 << 10
    return isBoth || area.name.hasPrefix("/memfd:tcg-jit")
  }

  /// Returns an unknown accelerator, with those that do not run the guest. QEMU's error text excludes tcg; an unknown
  /// command does not.
  private static func neither(
    _ disabled: Evidence?, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> LiveAccelerator {
    var live = LiveAccelerator(name: nil, evidence: [disabled].compactMap(\.self))
    if disabled != nil { live.excluded.insert("kvm") }
    guard case .refused(_, let words) = try reader.answer(TranslationCache.query) else { return live }
    live.evidence.append(Evidence(TranslationCache.query, words))
    if words.contains("accel=tcg") { live.excluded.insert("tcg") }
    return live
  }

  /// Returns the evidence for kvm: QEMU's reply, and the descriptor on a KVM virtual machine; nil if kvm is not
  /// enabled.
  private static func observeKVM(_ reader: inout EvidenceReader) throws(EvidenceMissing) -> [Evidence]? {
    guard try reader.value(kvm)?["enabled"]?.boolValue == true else { return nil }
    let word = Evidence(kvm, "enabled: true")
    guard let descriptors = try reader.text(.descriptors) else { return [word] }
    let machine = descriptors.lines.first { $0.hasSuffix("anon_inode:kvm-vm") }
    return machine.map { [word, Evidence(.descriptors, String($0))] } ?? [word]
  }
}

extension AcceleratorPreference {
  /// Returns the index of the list's entry that took effect.
  ///
  /// If an accelerator is listed twice and QEMU reports a fallback, the second entry took effect.
  func effectiveIndex(live: String, fellBack: Bool) -> Int? {
    let candidates = entries.indices.filter { entries[$0].name == live }
    if fellBack, candidates.count > 1, candidates.first == entries.startIndex { return candidates[1] }
    return candidates.first
  }
}

/// Judges the accelerator that was requested.
func judgeAccelerator(
  _ preference: AcceleratorPreference, _ live: LiveAccelerator, standardError: String
) -> AcceleratorFinding {
  let fallback = AcceleratorFallback(standardError: standardError)
  let requested = preference.isDefault ? [] : preference.entries.map(\.name)
  func finding(_ verdict: Verdict, _ reason: String? = nil, _ remedy: Remedy? = nil) -> AcceleratorFinding {
    AcceleratorFinding(
      requested: requested.map(AcceleratorName.init(_:)), live: live.name.map(AcceleratorName.init(_:)),
      verdict: verdict, reason: reason, evidence: live.evidence,
      remedy: remedy)
  }
  guard let name = live.name else {
    let names = Set(preference.entries.map(\.name))
    if names.isSubset(of: live.excluded) {
      return finding(
        .drifted, "neither kvm nor tcg runs the guest, and the request allows no other",
        Remedy(.restart, "restart with -accel \(preference.entries.first?.name ?? "tcg")"))
    }
    if live.excluded.isEmpty {
      return finding(.unobservable, "nothing shows which accelerator runs the guest")
    }
    return finding(
      .unobservable,
      "neither kvm nor tcg runs the guest; this QEMU has no query-accelerators, which would show the accelerator"
    )
  }
  switch preference.effectiveIndex(live: name, fellBack: fallback != nil) {
  case 0: return finding(.confirmed)
  case .some:
    let reason = fallback?.reason ?? "QEMU did not report why the entries before \(name) did not take effect"
    let first = preference.entries.first?.name ?? name
    return finding(
      .fellBack, reason,
      Remedy(.restart, "make \(first) usable on this host and restart, or request only \(name)"))
  case nil where preference.isDefault:
    return finding(.confirmed, "no accelerator was requested; this is QEMU's default")
  case nil:
    return finding(
      .drifted, "\(name) runs the guest, but was not requested",
      Remedy(.restart, "restart with -accel \(requested.first ?? name), or request \(name)"))
  }
}

/// QEMU's messages about an accelerator that failed to initialise, after which it used the next one.
struct AcceleratorFallback {
  /// QEMU's error messages, several lines joined.
  let reason: String

  init?(standardError: String) {
    let lines = standardError.lines.map(String.init)
    guard let end = lines.lastIndex(where: { $0.contains("falling back to ") }) else { return nil }
    let causes = lines[..<end].filter(Self.isCause).map(Self.withoutProgramName)
    reason = causes.isEmpty ? Self.withoutProgramName(lines[end]) : causes.joined(separator: "; ")
  }

  private static func isCause(_ line: String) -> Bool {
    !line.isEmpty && !line.contains("warning: ") && !line.contains("falling back to ")
  }

  private static func withoutProgramName(_ line: String) -> String {
    guard line.hasPrefix("qemu"), let colon = line.firstRange(of: ": ") else { return line }
    return String(line[colon.upperBound...])
  }
}
