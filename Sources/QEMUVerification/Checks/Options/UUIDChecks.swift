import QEMUCommandLine
import QEMUJSON

/// Checks `-uuid`. QEMU shows it in lowercase.
func checkUUID(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let query = QueryRequest("query-uuid")
  guard let uuid = try reader.value(query)?["UUID"]?.stringValue else {
    return .unobservable("QEMU does not show its UUID")
  }
  return .compare(
    uuid.lowercased() == wanted.lowercased(), observed: uuid, [Evidence(query, uuid)],
    else: Remedy(.restart, "restart with -uuid \(wanted)"))
}
