import QEMUCommandLine
import QEMUJSON

/// Checks one property of `-tpmdev` by QEMU's list of TPM backends that a device uses. QMP: `query-tpm`
@Sendable func trustedPlatformCheck(_ property: String, of requested: RequestedOption) -> Check {
  let query = QueryRequest("query-tpm")
  let remedy = Remedy(.restart, "restart with -tpmdev as requested")
  return { (wanted, _, reader) throws(EvidenceMissing) in
    let backends = try reader.list(query)
    guard let backend = backends.first(where: { $0["id"]?.stringValue == requested.instance }) else {
      return .unobservable("QEMU lists a TPM only when a device uses it: -device tpm-tis,tpmdev=…")
    }
    let value = trustedPlatformMembers[property].flatMap { backend.member($0) }
    guard let shown = value else {
      return .unobservable("QEMU does not show \(property) of a TPM", [Evidence(query, requested.instance)])
    }
    return judge(
      wanted, shown, Evidence(query, "\(requested.instance): \(property): \(shown.commandLineText)"), remedy)
  }
}

private let trustedPlatformMembers: [String: [String]] = [
  "id": ["id"], "backend": ["options", "type"], "type": ["options", "type"],
  "chardev": ["options", "data", "chardev"], "path": ["options", "data", "path"],
  "cancel-path": ["options", "data", "cancel-path"],
]
