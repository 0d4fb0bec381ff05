import QEMUJSON

/// A writer of a value of a QAPI type as properties.
enum QAPIPropertyWriter<Schema: QAPIOptionSchema> {
  /// Returns the properties; nil if only JSON can represent the value.
  static func assignments(of object: JSONObject) -> AssignmentList? {
    let tag = Schema.impliedKey.flatMap { object[$0]?.stringValue }
    var result: [Assignment] = []
    // The implied key is first, so that its name can be omitted.
    let ordered =
      object.filter { $0.name == Schema.impliedKey } + object.filter { $0.name != Schema.impliedKey }
    for member in ordered {
      let written =
        Schema.language.resolved(tag: tag) == .dotted
        ? dotted(member.value, member.name) : flat(member.value, member.name)
      guard let written else { return nil }
      result += written
    }
    return AssignmentList(result)
  }

  private static func scalar(_ value: JSON) -> String? {
    scalarText(value).flatMap { $0.hasByte(0) ? nil : $0 }
  }

  private static func dotted(_ value: JSON, _ name: String) -> [Assignment]? {
    let parts: [(String, JSON)]
    switch value {
    case .array(let elements): parts = elements.enumerated().map { ("\(name).\($0)", $1) }
    case .object(let object):
      // A member whose name is an index would be read as a list.
      if object.contains(where: { $0.name.utf8.first.map { 0x30...0x39 ~= $0 } ?? true }) { return nil }
      parts = object.map { ("\(name).\($0.name)", $0.value) }
    default:
      guard KeyvalKey.fault(in: name) == nil else { return nil }
      return scalar(value).map { [Assignment(name, $0)] }
    }
    if parts.isEmpty { return nil }
    var result: [Assignment] = []
    for (name, value) in parts {
      guard let written = dotted(value, name) else { return nil }
      result += written
    }
    return result
  }

  private static func flat(_ value: JSON, _ name: String) -> [Assignment]? {
    guard !name.isEmpty,
      !name.utf8.contains(where: { [UInt8(ascii: ","), UInt8(ascii: "="), 0].contains($0) })
    else {
      return nil
    }
    guard case .array(let elements) = value else { return scalar(value).map { [Assignment(name, $0)] } }
    if elements.isEmpty { return nil }
    var result: [Assignment] = []
    for element in elements {
      // An object of a list is written as its only member.
      let members = element.objectValue?.members
      guard let inner = members == nil ? element : members?.count == 1 ? members?.first?.value : nil,
        let text = scalar(inner)
      else { return nil }
      result.append(Assignment(name, text))
    }
    return result
  }
}
