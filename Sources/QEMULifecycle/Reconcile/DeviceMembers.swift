import QEMUCommandLine
import QEMUJSON

/// The members of a device as `device_add` takes them: since QEMU 10.0 each must be of its property's own type, while the
/// command line has but texts.
enum DeviceMembers {
  /// - Parameter types: the types of the driver's properties, as `device-list-properties` has them; what is not there stays.
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
    // A number would be taken for the slot and the function in one.
    case _ where name == "addr": return .string(text)
    case "size": return ByteCount(propertyText: text).map { JSON($0.bytes) } ?? value
    case _ where type.hasPrefix("int") || type.hasPrefix("uint"): return number(text) ?? value
    default: return .string(text)
    }
  }

  private static func number(_ text: String) -> JSON? {
    Int64(propertyText: text).map(JSON.integer) ?? UInt64(propertyText: text).map { JSON($0) }
  }

  /// The text on the command line; nil for what has none.
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
