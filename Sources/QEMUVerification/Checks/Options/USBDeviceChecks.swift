import QEMUCommandLine
import QEMUJSON

/// The types of the devices that `-usbdevice` creates.
private let usbDevices = [
  "tablet": "usb-tablet", "mouse": "usb-mouse", "keyboard": "usb-kbd", "braille": "usb-braille",
  "wacom-tablet": "usb-wacom-tablet", "ccid": "usb-ccid",
]

/// The check of `-usbdevice`, by the devices of the board.
let usbDeviceCheck: Check = { (wanted, _, reader) throws(EvidenceMissing) in
  guard let type = usbDevices[wanted] else {
    return .unobservable("this library does not know the type of device that it creates")
  }
  let parent = "/machine/unattached"
  let isThere = try childTypes(of: parent, &reader).contains { $0.type == type }
  return .compare(
    isThere, observed: isThere ? wanted : "no \(type)",
    [Evidence(.children(of: parent), isThere ? type : "no \(type)")],
    else: Remedy(.restart, "restart with -device \(type)"))
}
