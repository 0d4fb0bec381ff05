import Foundation
import QEMU

/// A guest that needs nothing but a processor and a serial port: it counts from 0 to 9 on ttyS0 and halts.
enum KVMGuest {
  /// The reason why no guest runs under kvm here; nil where one does.
  static let absence: String? = {
    let descriptor = open("/dev/kvm", O_RDWR | O_CLOEXEC)
    if descriptor < 0 { return "/dev/kvm: \(String(cString: strerror(errno)))" }
    close(descriptor)
    return nil
  }()

  /// The QEMUs that can run it here.
  static let qemus: [QEMUUnderTest] = absence == nil ? QEMUMatrix.x86 : []

  /// The processor starts at its last sixteen bytes, in real mode.
  static let rom: [UInt8] = {
    let program: [UInt8] = [
      0xFA,  // cli
      0xBA, 0xF8, 0x03,  // mov $0x3f8,%dx
      0xB0, 0x30,  // mov $'0',%al
      0xEE,  // out %al,(%dx)
      0xFE, 0xC0,  // inc %al
      0x3C, 0x3A,  // cmp $'9' + 1,%al
      0x75, 0xF9,  // jne to out
      0xF4,  // hlt
      0xEB, 0xFD,  // jmp to hlt
    ]
    let reset: [UInt8] = [0xEA, 0x00, 0x00, 0x00, 0xF0]  // ljmp $0xf000,$0
    var rom = program + [UInt8](repeating: 0, count: 0x10000 - program.count)
    rom.replaceSubrange(0xFFF0..<0xFFF0 + reset.count, with: reset)
    return rom
  }()

  /// Puts the guest and its serial port into a directory.
  /// - Returns: the options that start it.
  static func arguments(in directory: String) throws -> [String] {
    try Data(rom).write(to: URL(filePath: "\(directory)/rom.bin"))
    guard mkfifo("\(directory)/serial", 0o600) == 0 else { throw GuestError(words: "mkfifo") }
    return [
      "-bios", "\(directory)/rom.bin", "-chardev", "file,id=serial,path=\(directory)/serial", "-serial",
      "chardev:serial", "-m", "16",
    ]
  }

  /// Opens the other end of its serial port, which QEMU waits for.
  static func serial(in directory: String) throws -> FileHandle {
    let descriptor = open("\(directory)/serial", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw GuestError(words: String(cString: strerror(errno))) }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}
