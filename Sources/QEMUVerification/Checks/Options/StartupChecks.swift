import QEMUCommandLine
import QEMUJSON

/// Checks `-no-user-config`: a file that does not exist was not read.
func checkNoUserConfiguration(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let text = try reader.text(.userConfiguration) else {
    return .unobservable(reader.absence(of: .userConfiguration))
  }
  let evidence = Evidence(.userConfiguration, text)
  guard !text.isEmpty, text.lines.allSatisfy({ $0.hasSuffix(" absent") }) else {
    return .unobservable("the file exists, and nothing shows whether QEMU read it", [evidence])
  }
  return Judgement(
    verdict: .confirmed, observed: "on", evidence: [evidence],
    reason: "the file does not exist")
}

/// Checks `-S` by the run state.
func checkFrozen(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest("query-status")
  guard let status = try reader.value(query)?["status"]?.stringValue else {
    return .unobservable("QEMU does not show whether the guest runs")
  }
  guard status == "prelaunch" || status == "inmigrate" else {
    return .unobservable("the guest was resumed since the start", [Evidence(query, status)])
  }
  return .compare(
    true, observed: status, [Evidence(query, status)], else: Remedy(.live, "stop it (QMP: stop)"))
}

/// The check of `-only-migratable`.
let onlyMigratableCheck = storedCheck(.flag("only_migratable"))
