import QEMUCommandLine
import QEMUJSON

/// The limits of a drive, all of which one command sets. QMP: `block_set_io_throttle`
struct Throttle {
  /// The names of a limit: its QMP member, and its two names in `-drive`.
  private static let names: [(member: String, option: String, short: String)] = ["bps", "iops"].flatMap {
    unit in
    [("", "-total", ""), ("_rd", "-read", "_rd"), ("_wr", "-write", "_wr")].flatMap { direction in
      [
        (unit + direction.0, "throttling.\(unit)\(direction.1)", unit + direction.2),
        ("\(unit)\(direction.0)_max", "throttling.\(unit)\(direction.1)-max", "\(unit)\(direction.2)_max"),
        (
          "\(unit)\(direction.0)_max_length", "throttling.\(unit)\(direction.1)-max-length",
          "\(unit)\(direction.2)_max_length"
        ),
      ]
    }
  }

  /// The properties of `-drive` that limit it.
  static let properties = Set(
    names.flatMap { [$0.option, $0.short] } + ["throttling.iops-size", "iops_size"])

  private var limits: JSONObject

  /// Reads the limits from the members of a `-drive`; nil if one of them is not a number.
  init?(_ members: JSONObject) {
    limits = JSONObject(["bps", "bps_rd", "bps_wr", "iops", "iops_rd", "iops_wr"].map { ($0, 0) })
    for name in Self.names + [("iops_size", "throttling.iops-size", "iops_size")] {
      guard let value = members[name.option] ?? members[name.short] else { continue }
      guard let number = Self.number(value) else { return nil }
      limits[name.member] = .integer(number)
    }
  }

  private static func number(_ value: JSON) -> Int64? {
    value.integerValue ?? value.stringValue.flatMap { Int64($0) }
  }

  /// Returns the arguments of the command for the drive in a device.
  func arguments(of device: String) -> JSONObject {
    var arguments: JSONObject = ["id": .string(device)]
    for limit in limits { arguments[limit.name] = limit.value }
    return arguments
  }
}
