import QEMUCommandLine
import QEMUJSON

/// Checks one property of `-object` by the properties of the object.
@Sendable func objectCheck(_ property: String, of requested: RequestedOption) -> Check {
  guard let id = requested.occurrence.id else { return unobservable("an object without an id") }
  let path = "/objects/\(id)"
  if requested.isSecret(property) { return unobservable("it is a secret, which is not read") }
  let remedy =
    ["iothread", "throttle-group"].contains(requested["qom-type"])
    ? Remedy(.live, "change it with qom-set on \(path), as qemuctl apply does")
    : Remedy(.restart, "restart with -object …,id=\(id),\(property)=…")
  return { (wanted, subject, reader) throws(EvidenceMissing) in
    let list = QueryRequest.children(of: "/objects")
    reader.prefetch([list])
    guard let type = try childType(id, of: "/objects", &reader) else {
      return .compare(
        false, observed: "no such object", [Evidence(list, "no \(id)")], reason: "the object does not exist",
        else: Remedy(.live, "add it with object-add"))
    }
    switch property {
    case "id": return .compare(true, observed: id, [Evidence(list, id)], else: remedy)
    case "qom-type":
      return .compare(type == wanted, observed: type, [Evidence(list, "\(id): \(type)")], else: remedy)
    default:
      if let longer = try judgeLongerList(property, of: requested, path, &reader, remedy) { return longer }
      let held = try judgeMember(wanted, property, of: path, &reader, remedy: remedy)
      guard held.verdict == .confirmed, let effect = memoryBackendCheck(property, of: requested, remedy)
      else {
        return held
      }
      return try effect(wanted, subject, &reader).adding(evidenceOf: held)
    }
  }
}

/// Judges a list that has more elements than requested.
/// - Returns: the judgement; nil if the list does not have more.
private func judgeLongerList(
  _ property: String, of requested: RequestedOption, _ path: String, _ reader: inout EvidenceReader,
  _ remedy: Remedy
) throws(EvidenceMissing) -> Judgement? {
  let parts = property.split(separator: ".").map(String.init)
  guard parts.count == 2, let count = requested.elementCount(of: parts[0]), Int(parts[1]) == count - 1 else {
    return nil
  }
  let query = QueryRequest.property(parts[0], of: path)
  guard case .value(let value) = try reader.answer(query), let elements = value.arrayValue,
    elements.count > count
  else { return nil }
  let seen = value.commandLineText
  return .compare(
    false, observed: seen, [Evidence(query, seen)],
    reason: "the list has \(elements.count) elements, but \(count) were requested", else: remedy)
}

/// Judges a property that may be nested, or an element of a list: `limits.iops-total`, `host-nodes.0`.
func judgeMember(
  _ wanted: String, _ property: String, of path: String, _ reader: inout EvidenceReader, remedy: Remedy
) throws(EvidenceMissing) -> Judgement {
  let parts = property.split(separator: ".").map(String.init)
  guard parts.count > 1, let first = parts.first else {
    return try judgeProperty(wanted, property, of: path, &reader, remedy: remedy)
  }
  let query = QueryRequest.property(first, of: path)
  switch try reader.answer(query) {
  case .refused(_, let words):
    return .unobservable("QEMU accepted it but does not show it: \(words)", [Evidence(query, words)])
  case .value(let value):
    guard let member = value.member(parts.dropFirst()) else {
      return .unobservable("QEMU accepted it but does not show it", [Evidence(query, value.commandLineText)])
    }
    return judge(wanted, member, Evidence(query, value.commandLineText), remedy)
  }
}

extension JSON {
  /// Returns the value at a path of names and indices.
  func member(_ path: some Collection<String>) -> JSON? {
    guard let name = path.first else { return self }
    if let index = Int(name), let elements = arrayValue {
      return elements.indices.contains(index) ? elements[index].member(path.dropFirst()) : nil
    }
    return self[name]?.member(path.dropFirst())
  }
}

extension QueryRequest {
  /// Returns the query of an HMP command, if QMP has no equivalent. QMP: `human-monitor-command`
  static func monitor(_ line: String) -> QueryRequest {
    QueryRequest("human-monitor-command", ["command-line": .string(line)])
  }
}
