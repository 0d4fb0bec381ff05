import QEMUCommandLine
import QEMUJSON

/// Compares what was asked for on the command line with what an object shows, as QEMU normalises it.
enum Agreement {
  case equal
  /// The request leaves the choice to QEMU, which made it.
  case resolved
  case different
}

/// Compares the two.
/// - Parameters:
///   - wanted: the text on the command line: `on`, `0x10`, `1.5G`, `an-id`.
///   - observed: the value that the property reads back as.
func compare(_ wanted: String, with observed: JSON) -> Agreement {
  if SpelledValue(wanted).agrees(with: SpelledValue(observed)) { return .equal }
  if let path = observed.stringValue, isLink(path, to: wanted) { return .equal }
  return resolvedOrDifferent(wanted)
}

/// Returns whether a path of QEMU's tree is the object that a request names: by its id, or by the end of its path.
///
/// A link reads back as the whole path of the object at its end.
private func isLink(_ path: String, to wanted: String) -> Bool {
  guard ["/objects/", "/machine/", "/chardevs/"].contains(where: path.hasPrefix) else { return false }
  let named = wanted.split(separator: "/")
  return !named.isEmpty && path.split(separator: "/").suffix(named.count).elementsEqual(named)
}

private func resolvedOrDifferent(_ wanted: String) -> Agreement {
  ["auto", "max", "host", "default"].contains(wanted) ? .resolved : .different
}

extension JSON {
  /// The value as a person would write it on the command line.
  var commandLineText: String {
    switch self {
    case .string(let text): text
    case .bool(let value): value.propertyText
    default: (try? serialised()) ?? kind
    }
  }
}

/// Judges a property that an object of QEMU shows under a name.
func judgeProperty(
  _ wanted: String, _ name: String, of path: String, _ reader: inout EvidenceReader, remedy: Remedy
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest.property(name, of: path)
  switch try reader.answer(query) {
  case .refused(_, let words):
    return .unobservable("QEMU accepted it and does not show it: \(words)", [Evidence(query, words)])
  case .value(let value): return judge(wanted, value, Evidence(query, value.commandLineText), remedy)
  }
}

/// Judges a value that was seen.
func judge(_ wanted: String, _ value: JSON, _ evidence: Evidence, _ remedy: Remedy) -> Judgement {
  let agreement = compare(wanted, with: value)
  let text = value.commandLineText
  return .compare(
    agreement != .different, observed: text, [evidence],
    reason: agreement == .resolved ? "\(wanted) leaves the choice to QEMU, which took \(text)" : nil,
    else: remedy)
}
