/// A word of an enumeration that newer versions of QEMU may extend: any word is accepted, and known words have names.
public protocol OpenWord: PropertyValue, ExpressibleByStringLiteral, RawRepresentable
where RawValue == String, StringLiteralType == String {
  /// Creates a value from any word.
  init(rawValue: String)
  /// The known words.
  static var known: [Self] { get }
}

extension OpenWord {
  /// Creates a value from any word.
  public init(stringLiteral value: String) { self.init(rawValue: value) }
  /// The description of valid values, with the known words.
  public static var expectation: String { "a word such as " + known.map(\.rawValue).joined(separator: ", ") }
  /// Creates a value from any text that is not empty.
  public init?(propertyText: String) {
    if propertyText.isEmpty || propertyText.hasByte(0) { return nil }
    self.init(rawValue: propertyText)
  }
  /// The word.
  public var propertyText: String { rawValue }
  /// Returns whether the word is known.
  public static func knows(_ text: String) -> Bool { known.contains(Self(rawValue: text)) }
}

/// The backend of a character device. QEMU: `-chardev BACKEND`
public struct CharacterBackendName: OpenWord {
  /// The word.
  public let rawValue: String
  /// Creates a value from any word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A device that discards all data.
  public static let null: Self = "null"
  /// A socket.
  public static let socket: Self = "socket"
  /// UDP.
  public static let udp: Self = "udp"
  /// A file.
  public static let file: Self = "file"
  /// A named pipe.
  public static let pipe: Self = "pipe"
  /// A new pseudoterminal.
  public static let pty: Self = "pty"
  /// QEMU's standard input and output.
  public static let stdio: Self = "stdio"
  /// A serial port.
  public static let serial: Self = "serial"
  /// A parallel port.
  public static let parallel: Self = "parallel"
  /// A text console of the display.
  public static let virtualConsole: Self = "vc"
  /// A ring buffer in memory.
  public static let ringBuffer: Self = "ringbuf"
  /// The agent's channel of a SPICE or D-Bus display.
  public static let vdAgent: Self = "qemu-vdagent"
  /// A channel of SPICE.
  public static let spiceChannel: Self = "spicevmc"
  /// A port of SPICE.
  public static let spicePort: Self = "spiceport"
  /// A channel of D-Bus.
  public static let dbus: Self = "dbus"
  /// Several character devices at once.
  public static let hub: Self = "hub"
  /// The older name of a ring buffer.
  public static let memory: Self = "memory"
  /// The older name of a serial port, removed in 8.0.
  public static let tty: Self = "tty"
  /// The older name of a parallel port, removed in 8.0.
  public static let parport: Self = "parport"
  /// Several users of one device, in turns.
  public static let mux: Self = "mux"
  /// A serial mouse.
  public static let mouse: Self = "msmouse"
  /// A serial tablet.
  public static let tablet: Self = "wctablet"
  /// A Braille terminal.
  public static let braille: Self = "braille"
  /// The console of Windows.
  public static let console: Self = "console"
  /// A device that quits QEMU on a command of the guest, for tests.
  public static let testDevice: Self = "testdev"

  /// The known words.
  public static let known: [Self] = [
    .null, .socket, .udp, .file, .pipe, .pty, .stdio, .serial, .parallel, .virtualConsole, .ringBuffer,
    .vdAgent, .spiceChannel, .spicePort, .dbus, .hub, .memory, .mux, .mouse, .tablet, .braille, .console,
    .testDevice, .tty, .parport,
  ]
}

/// The graphics adapter. QEMU: `-vga TYPE`
public struct VGAAdapter: OpenWord {
  /// The word.
  public let rawValue: String
  /// Creates a value from any word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// None.
  public static let none: Self = "none"
  /// QEMU's standard VGA.
  public static let std: Self = "std"
  /// Cirrus Logic.
  public static let cirrus: Self = "cirrus"
  /// VMware SVGA.
  public static let vmware: Self = "vmware"
  /// QXL.
  public static let qxl: Self = "qxl"
  /// Virtio.
  public static let virtio: Self = "virtio"
  /// Sun's TCX.
  public static let tcx: Self = "tcx"
  /// Sun's CG3.
  public static let cg3: Self = "cg3"

  /// The known words.
  public static let known: [Self] = [.none, .std, .cirrus, .vmware, .qxl, .virtio, .tcx, .cg3]
}
