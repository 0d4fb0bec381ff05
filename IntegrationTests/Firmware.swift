import Foundation

/// The code that a PC runs first, in 16-bit mode. Each part is a sequence of instructions.
enum Firmware {
  /// Waits for a key.
  static let waitForKey: [UInt8] = [0xE4, 0x64, 0xA8, 0x01, 0x74, 0xFA]
  /// Reads the key that was waited for, so that the next one can be waited for.
  static let readKey: [UInt8] = [0xE4, 0x60]
  /// Resets the machine through the keyboard controller.
  static let reset: [UInt8] = [0xB0, 0xFE, 0xE6, 0x64, 0xF4]
  /// Reports a panic through pvpanic.
  static let panic: [UInt8] = [0xBA, 0x05, 0x05, 0xB0, 0x01, 0xEE, 0xF4]
  /// Writes 16 to isa-debug-exit at port 0x501: QEMU exits with status 33.
  static let debugExit: [UInt8] = [0xBA, 0x01, 0x05, 0xB0, 16, 0xEE, 0xF4]
  /// Lets the watchdog ib700 expire at once, and loops.
  static let watchdog: [UInt8] = [0xBA, 0x43, 0x04, 0xB0, 0x0F, 0xEE, 0xEB, 0xFE]
  /// Powers a machine of type pc off.
  static let powerOff: [UInt8] = enablePowerManagement + [0xBA, 0x04, 0x06, 0xB8, 0x00, 0x20, 0xEF, 0xF4]
  /// Waits for the power button of a machine of type pc.
  static let waitForPowerButton: [UInt8] =
    enablePowerManagement + [0xBA, 0x02, 0x06, 0xB8, 0x00, 0x01, 0xEF]
    + [0xBA, 0x00, 0x06, 0xED, 0xF6, 0xC4, 0x01, 0x74, 0xFA]
  /// Increments the byte at 0x500 for ever, and writes it to the first serial port.
  static let count: [UInt8] = [
    0x31, 0xC0, 0x8E, 0xD8, 0xFE, 0x06, 0x00, 0x05, 0xA0, 0x00, 0x05, 0xBA, 0xF8, 0x03, 0xEE, 0xEB, 0xF3,
  ]
  /// Writes a text to the first serial port.
  static func write(_ text: String) -> [UInt8] {
    [0xBA, 0xF8, 0x03] + text.utf8.flatMap { [0xB0, $0, 0xEE] }
  }

  private static let enablePowerManagement = pci(0x8000_0B40, 0x601) + pci(0x8000_0B80, 1)

  /// Writes to a register of the PCI configuration space.
  private static func pci(_ address: UInt32, _ value: UInt32) -> [UInt8] {
    [0x66, 0xB8] + bytes(address) + [0xBA, 0xF8, 0x0C, 0x66, 0xEF]
      + [0x66, 0xB8] + bytes(value) + [0xBA, 0xFC, 0x0C, 0x66, 0xEF]
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}

/// Gives the body the path of a firmware with the code.
func withFirmware<Result>(
  _ code: [UInt8], _ body: (String) async throws -> Result
) async throws -> Result {
  let file = FileManager.default.temporaryDirectory.appending(path: "firmware-\(UUID().uuidString).bin")
  var bytes = code + [UInt8](repeating: 0xF4, count: 65_536 - code.count)
  // A far jump to F000:0000 where the processor starts.
  bytes.replaceSubrange(0xFFF0..<0xFFF5, with: [0xEA, 0x00, 0x00, 0x00, 0xF0])
  try Data(bytes).write(to: file)
  defer { try? FileManager.default.removeItem(at: file) }
  return try await body(file.path)
}
