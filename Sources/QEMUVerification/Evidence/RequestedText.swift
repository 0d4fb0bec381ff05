import QEMUCommandLine
import QEMUJSON

/// Compares what was asked for on the command line with what an object shows, as QEMU normalises it.
enum Agreement {
  case equal
  /// The request leaves the choice to QEMU, which made it.
  case resolved
  case different
}

/// - Parameters:
///   - wanted: the text on the command line: `on`, `0x10`, `1.5G`, `an-id`.
///   - observed: what the property reads back as.
func compare(_ wanted: String, with observed: JSON) -> Agreement {
  switch observed {
  case .bool(let value): return Bool(propertyText: wanted) == value ? .equal : resolvedOrDifferent(wanted)
  case .integer, .unsigned: return compareNumber(wanted, observed) ? .equal : resolvedOrDifferent(wanted)
  case .string(let text): return compareText(wanted, text)
  default: return .different
  }
}

private func compareNumber(_ wanted: String, _ observed: JSON) -> Bool {
  if let signed = Int64(propertyText: wanted) { return observed.integerValue == signed }
  guard let size = ByteCount(propertyText: wanted) else { return false }
  return observed.unsignedValue == size.bytes
}

private func compareText(_ wanted: String, _ observed: String) -> Agreement {
  if wanted == observed || (isAddress(wanted) && wanted.lowercased() == observed.lowercased()) {
    return .equal
  }
  // A link reads back as the path of what it points to.
  if observed.hasPrefix("/objects/"), observed.dropFirst(9) == wanted { return .equal }
  if let switched = Bool(propertyText: wanted) {
    return switched.propertyText == observed ? .equal : .different
  }
  return resolvedOrDifferent(wanted)
}

/// A MAC address or a UUID, of which QEMU writes the letters small; of a path or a name they count as they are.
private func isAddress(_ text: String) -> Bool {
  text.contains { $0 == ":" || $0 == "-" } && text.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "-" }
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
    return .unobservable("QEMU took it and does not show it: \(words)", [Evidence(query, words)])
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
