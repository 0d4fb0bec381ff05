import QEMUCommandLine

extension Change {
  /// The change in one line: `device nic added`, `memory size 128M → 256M`,
  /// `netdev n host forward tcp:7422→22 removed`.
  public var title: String {
    let value = (to ?? from).map(Self.readable(option, property))
    switch (option, action) {
    case ("trace", _) where property.isEmpty || property == "enable":
      let isOff = action == .remove || value?.hasPrefix("-") == true
      let event = value.map { $0.hasPrefix("-") ? String($0.dropFirst()) : $0 } ?? ""
      return "trace event \(event) \(isOff ? "disabled" : "enabled")"
    case ("netdev", .add) where property == Self.hostForward,
      ("netdev", .remove) where property == Self.hostForward:
      return "\(thing) \(value ?? "") \(action == .add ? "added" : "removed")"
    case ("device", .remove) where property.isEmpty && from != nil: return "device \(value ?? "") removed"
    case (_, .add): return "\(thing) added"
    case (_, .remove):
      return [thing, property.isEmpty ? "" : value ?? "", "removed"].filter { !$0.isEmpty }.joined(
        separator: " ")
    case (_, .set):
      let before = from.map { [Self.readable(option, property)($0)] } ?? []
      return ([thing] + before + ["→", value ?? ""]).joined(separator: " ")
    }
  }

  /// The property name of a change to a host forwarding rule.
  static let hostForward = "hostfwd"

  /// The option, its instance if there may be several, and the property.
  private var thing: String {
    let isOneOfMany = OptionTable.declaration(option)?.repetition.isOneOfMany ?? true
    let which = isOneOfMany || instance != "0" ? instance : ""
    return [Self.nouns[option] ?? option, which, property == Self.hostForward ? "host forward" : property]
      .filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// The nouns for options whose names are not readable.
  private static let nouns = ["m": "memory", "d": "log items", "D": "log file", "rtc": "clock", "": "drive"]

  /// Returns a function that makes a value readable: it adds the unit to a size, and an arrow to a forwarding rule.
  private static func readable(_ option: String, _ property: String) -> (String) -> String {
    { text in
      if text.hasPrefix("["), text.hasSuffix("]") { return String(text.dropFirst().dropLast()) }
      if option == "m", text.allSatisfy(\.isNumber) { return text + "M" }
      guard property == hostForward,
        let rule = text.wholeMatch(of: #/(tcp|udp|):([^:]*):([0-9]+)-([^:]*):([0-9]+)/#)
      else { return text }
      let host = rule.2.isEmpty ? "" : "\(rule.2):"
      let guest = rule.4.isEmpty ? "" : "\(rule.4):"
      return "\(rule.1.isEmpty ? "tcp" : rule.1):\(host)\(rule.3)→\(guest)\(rule.5)"
    }
  }
}

extension OptionDeclaration.Repetition {
  fileprivate var isOneOfMany: Bool { self == .accumulates || self == .accumulatesInOrder }
}
