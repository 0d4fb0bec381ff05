import QEMUCommandLine
import QEMUJSON

/// Judges a file that QEMU keeps open, by the list of its descriptors.
func judgeOpenFile(
  _ path: String, _ remedy: Remedy, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let files = try reader.text(.descriptors) else {
    return .unobservable(reader.absence(of: .descriptors))
  }
  let end = path.hasPrefix("/") ? " " + path : "/" + path
  guard let line = files.lines.first(where: { $0.hasSuffix(end) }), !path.isEmpty else {
    return .unobservable("no descriptor has this name; a link or a renamed file has another")
  }
  return .compare(true, observed: path, [Evidence(.descriptors, String(line))], else: remedy)
}

/// Returns the check of an option whose value is a file that QEMU writes to.
func writtenFileCheck(_ option: String) -> Check {
  { (wanted, _, reader) throws(EvidenceMissing) in
    try judgeOpenFile(wanted, Remedy(.restart, "restart with -\(option) \(wanted)"), &reader)
  }
}

/// Returns the check of `-perfmap` and `-jitdump`, whose file has a name with the pid: `/tmp/perf-PID.map`.
func processFileCheck(from start: String, to end: String) -> Check {
  { (_, _, reader) throws(EvidenceMissing) in
    guard let files = try reader.text(.descriptors) else {
      return .unobservable(reader.absence(of: .descriptors))
    }
    let line = files.lines.first { line in
      guard let name = line.split(separator: "/").last, name.hasPrefix(start), name.hasSuffix(end) else {
        return false
      }
      return name.dropFirst(start.count).dropLast(end.count).allSatisfy(\.isNumber)
    }
    return .compare(
      line != nil, observed: (line != nil).propertyText,
      [Evidence(.descriptors, line.map(String.init) ?? "no \(start)PID\(end)")],
      else: Remedy(.restart, "restart with the option under tcg, and with a /tmp that QEMU can write to"))
  }
}
