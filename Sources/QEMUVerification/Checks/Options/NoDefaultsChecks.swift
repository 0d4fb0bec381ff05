import QEMUCommandLine
import QEMUJSON

/// Checks `-nodefaults`: there must be no default serial ports and drives.
func checkNoDefaults(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let (lines, disks) = (QueryRequest("query-chardev"), QueryRequest("query-block"))
  reader.prefetch([lines, disks])
  let names =
    try reader.list(lines).compactMap { $0["label"]?.stringValue }
    + reader.list(disks).compactMap { $0["device"]?.stringValue }
  let asked = Set(subject.driveNames.compactMap(\.self))
  let unasked = defaultNames.filter { name, option in
    names.contains(name) && !asked.contains(name) && !option.contains(where: subject.configuration.has)
  }.map(\.key).sorted()
  let shown = unasked.isEmpty ? "no default devices" : unasked.joined(separator: ", ")
  return .compare(
    unasked.isEmpty, observed: shown, [Evidence(lines, shown), Evidence(disks, shown)],
    else: Remedy(.restart, "restart with -nodefaults"))
}

/// The default devices of QEMU, and the options that create the same.
private let defaultNames: [String: [String]] = [
  "serial0": ["serial", "nographic"], "parallel0": ["parallel", "nographic"], "ide1-cd0": [], "ide2-cd0": [],
  "floppy0": [], "sd0": [],
]
