import QEMUCommandLine

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
