import QEMUCommandLine
import QEMUJSON

/// The members of a device for `device_add`. Since QEMU 10.0 each must have the type of its property; on the command
/// line all are texts.
enum DeviceMembers {
  /// Returns the members with the types of their properties.
  /// - Parameters:
  ///   - members: the members.
  ///   - types: the types of the driver's properties, from `device-list-properties`; other members are not changed.
  static func typed(_ members: JSONObject, _ types: [String: String]) -> JSONObject {
    JSONObject(
      members.map { member in
        let type = types[member.name]
        return (member.name, type.map { typed(member.value, $0, member.name) } ?? member.value)
      })
  }

  private static func typed(_ value: JSON, _ type: String, _ name: String) -> JSON {
    guard let text = text(value) else { return value }
    switch type {
    case "bool": return Bool(propertyText: text).map(JSON.bool) ?? value
    // QEMU would interpret a number as the slot and the function combined.
    case _ where name == "addr": return .string(text)
    case "size": return ByteCount(propertyText: text).map { JSON($0.bytes) } ?? value
    case _ where type.hasPrefix("int") || type.hasPrefix("uint"): return number(text) ?? value
    default: return .string(text)
    }
  }

  private static func number(_ text: String) -> JSON? {
    Int64(propertyText: text).map(JSON.integer) ?? UInt64(propertyText: text).map { JSON($0) }
  }

  /// Returns the text of a value on the command line; nil if it has none.
  private static func text(_ value: JSON) -> String? {
    switch value {
    case .string(let text): text
    case .bool(let flag): flag.propertyText
    case .integer(let number): String(number)
    case .unsigned(let number): String(number)
    default: nil
    }
  }
}
