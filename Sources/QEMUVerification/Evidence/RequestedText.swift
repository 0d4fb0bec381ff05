import QEMUCommandLine
import QEMUJSON

/// The result of comparing a requested text with a value that QEMU shows, after QEMU's normalisation.
enum Agreement {
  case equal
  /// The request leaves the choice to QEMU.
  case resolved
  case different
}

/// Compares a requested text with an observed value.
/// - Parameters:
///   - wanted: the text on the command line: `on`, `0x10`, `1.5G`, `an-id`.
///   - observed: the value of the property.
func compare(_ wanted: String, with observed: JSON) -> Agreement {
  if SpelledValue(wanted).agrees(with: SpelledValue(observed)) { return .equal }
  if let path = observed.stringValue, isLink(path, to: wanted) { return .equal }
  return resolvedOrDifferent(wanted)
}

/// Returns whether a path in QEMU's object tree is the requested object, by its id or the end of its path.
///
/// QEMU shows a link as the path of its target.
private func isLink(_ path: String, to wanted: String) -> Bool {
  guard ["/objects/", "/machine/", "/chardevs/"].contains(where: path.hasPrefix) else { return false }
  let named = wanted.split(separator: "/")
  return !named.isEmpty && path.split(separator: "/").suffix(named.count).elementsEqual(named)
}

private func resolvedOrDifferent(_ wanted: String) -> Agreement {
  ["auto", "max", "host", "default"].contains(wanted) ? .resolved : .different
}

extension JSON {
  /// The value as text on a command line.
  var commandLineText: String {
    switch self {
    case .string(let text): text
    case .bool(let value): value.propertyText
    default: (try? serialized()) ?? kind
    }
  }
}

/// Judges a property of a QEMU object.
func judgeProperty(
  _ wanted: String, _ name: String, of path: String, _ reader: inout EvidenceReader, remedy: Remedy
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest.property(name, of: path)
  switch try reader.answer(query) {
  case .refused(_, let words):
    return .unobservable("QEMU accepted it but does not show it: \(words)", [Evidence(query, words)])
  case .value(let value): return judge(wanted, value, Evidence(query, value.commandLineText), remedy)
  }
}

/// Judges an observed value.
func judge(_ wanted: String, _ value: JSON, _ evidence: Evidence, _ remedy: Remedy) -> Judgement {
  let agreement = compare(wanted, with: value)
  let text = value.commandLineText
  return .compare(
    agreement != .different, observed: text, [evidence],
    reason: agreement == .resolved ? "\(wanted) leaves the choice to QEMU, which chose \(text)" : nil,
    else: remedy)
}
