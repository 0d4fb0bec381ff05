import QEMUJSON
import Testing

@testable import QEMULifecycle
@testable import QEMUPlanning

/// Tests of the conversion of a device from texts on the command line to the types of `device_add`.
@Suite struct DeviceMembersTests {
  static let values: [(String, JSON, JSON)] = [
    ("bool", "on", true), ("bool", "off", false), ("bool", true, true),
    // What is none goes as it is: QEMU says what is wrong with it.
    ("bool", "maybe", "maybe"), ("uint32", "many", "many"),
    ("uint32", "0x400", 1024), ("uint32", 7, 7), ("int32", "-1", -1),
    ("uint64", "18446744073709551615", .unsigned(.max)), ("size", "1M", 1_048_576),
    ("str", 2, "2"), ("str", true, "on"), ("OnOffAuto", "auto", "auto"), ("OnOffAuto", true, "on"),
    ("link<memory-backend>", "m", "m"), ("uint32", .array(["a"]), .array(["a"])),
  ]

  @Test(arguments: values)
  func aValueIsOfItsPropertysType(type: String, value: JSON, expected: JSON) {
    #expect(DeviceMembers.typed(["p": value], ["p": type])["p"] == expected)
    #expect(DeviceMembers.typed(["p": value], [:])["p"] == value)
  }

  /// A number would be slot and function in one.
  @Test(arguments: [(JSON.integer(8), JSON.string("8")), ("08.1", "08.1"), ("0x8", "0x8")])
  func aSlotIsAText(value: JSON, expected: JSON) {
    #expect(DeviceMembers.typed(["addr": value], ["addr": "int32"])["addr"] == expected)
  }
}
