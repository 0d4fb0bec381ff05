import QEMUCommandLine
import QEMUJSON

/// Checks one property of `-add-fd`. QMP: `query-fdsets`
@Sendable func descriptorSetCheck(_ property: String, of requested: RequestedOption) -> Check {
  let query = QueryRequest("query-fdsets")
  let number = requested["set"].flatMap { Int64(propertyText: $0) }
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    let sets = try reader.list(query)
    let remedy = Remedy(.restart, "restart with the descriptor, or pass it with add-fd over a Unix socket")
    guard let set = sets.first(where: { $0["fdset-id"]?.integerValue == number }) else {
      return .compare(
        false, observed: "no such set", [Evidence(query, "\(sets.count) sets")], else: remedy)
    }
    let members = set["fds"]?.arrayValue ?? []
    let evidence = [Evidence(query, (try? set.serialized()) ?? "set \(requested["set"] ?? "")")]
    switch property {
    case "set": return .compare(true, observed: wanted, evidence, else: remedy)
    case "opaque":
      let names = members.compactMap { $0["opaque"]?.stringValue }
      return .compare(
        names.contains(wanted), observed: names.joined(separator: ", "), evidence, else: remedy)
    case "fd":
      // QEMU duplicates the descriptor and closes the original, so its number is not shown.
      let asked = subject.configuration.occurrences.count {
        $0.option == "add-fd" && RequestedOption(occurrence: $0, index: 0)["set"] == requested["set"]
      }
      return .compare(
        members.count >= asked, observed: members.count >= asked ? wanted : "\(members.count) of \(asked)",
        evidence, reason: "the set has as many descriptors as were requested", else: remedy)
    default: return .unobservable("QEMU does not show \(property) of a set of descriptors")
    }
  }
}
