import QEMUJSON
import Testing

@testable import QEMULifecycle

/// Tests of QEMU's events about the unplugging of a device.
@Suite struct UnpluggingTests {
  @Test(arguments: [
    ("DEVICE_DELETED", #"{"device":"d","path":"/machine/peripheral/d"}"#, Unplugging.removed),
    // The inner part of a virtio device, a processor's interrupt controller, another device.
    ("DEVICE_DELETED", #"{"path":"/machine/peripheral/d/virtio-backend"}"#, nil),
    ("DEVICE_DELETED", #"{"device":"e","path":"/machine/peripheral/e"}"#, nil),
    ("DEVICE_UNPLUG_GUEST_ERROR", #"{"device":"d","path":"/p"}"#, .refused("DEVICE_UNPLUG_GUEST_ERROR")),
    ("MEM_UNPLUG_ERROR", #"{"device":"d","msg":"busy"}"#, .refused("MEM_UNPLUG_ERROR: busy")),
    ("MEM_UNPLUG_ERROR", #"{"device":"e","msg":"busy"}"#, nil),
    (
      "ACPI_DEVICE_OST", #"{"info":{"device":"d","slot":"0","slot-type":"DIMM","source":3,"status":130}}"#,
      .refused("ACPI_DEVICE_OST: status 130")
    ),
    // In progress; done, of which DEVICE_DELETED tells; a plugging in; another device.
    ("ACPI_DEVICE_OST", #"{"info":{"device":"d","source":3,"status":132}}"#, nil),
    ("ACPI_DEVICE_OST", #"{"info":{"device":"d","source":3,"status":0}}"#, nil),
    ("ACPI_DEVICE_OST", #"{"info":{"device":"d","source":1,"status":130}}"#, nil),
    ("ACPI_DEVICE_OST", #"{"info":{"device":"e","source":3,"status":130}}"#, nil),
    ("ACPI_DEVICE_OST", #"{"info":[]}"#, nil),
    ("RESET", #"{"device":"d"}"#, nil),
  ])
  func anEventTellsWhatBecameOfTheDevice(name: String, data: String, meaning: Unplugging?) throws {
    #expect(Unplugging(name, try JSON.parse(data), of: "d") == meaning)
  }
}
