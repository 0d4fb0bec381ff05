/// A part of the package that takes what others write, and what must hold whatever that is.
package enum FuzzTarget: String, CaseIterable, Sendable {
  /// A stream of bytes becomes lines, and lines a QMP session.
  case framing
  /// A text becomes a JSON value, and a text again.
  case json
  /// A JSON value becomes a value of the schema, and JSON again.
  case qapi
  /// Words become QEMU's options, and words again.
  case commandLine = "command-line"
  /// A shell command becomes QEMU's options, and a shell command again.
  case shellText = "shell-text"
  /// An argument in QEMU's oldest option language, and a text again.
  case qemuOpts = "qemu-opts"
  /// An argument in QEMU's newer option language, and a text again.
  case keyval
  /// An argument in JSON, and a text again.
  case optionJSON = "option-json"
  /// An argument in a language of its own, and a text again.
  case specialText = "special-text"
  /// A configuration in YAML or JSON, and YAML again.
  case document
  /// QMP clients of a supervisor, and the one QEMU that they share.
  case multiplexer

  /// Gives the bytes to this part.
  /// - Throws: ``FuzzFinding`` for what does not hold.
  package func run(_ bytes: UnsafeRawBufferPointer) throws(FuzzFinding) {
    switch self {
    case .framing: try fuzzFraming(bytes)
    case .json: try fuzzJSON(bytes)
    case .qapi: try fuzzQAPI(bytes)
    case .commandLine: try fuzzCommandLine(bytes)
    case .shellText: try fuzzShellText(bytes)
    case .qemuOpts: try fuzzArgument(bytes, of: Self.inQemuOpts)
    case .keyval: try fuzzArgument(bytes, of: Self.inKeyval)
    case .optionJSON: try fuzzArgument(bytes, of: Self.inJSON)
    case .specialText: try fuzzArgument(bytes, of: Self.inTheirOwn)
    case .document: try fuzzDocument(bytes)
    case .multiplexer: try fuzzMultiplexer(bytes)
    }
  }

  private static let inQemuOpts: Set = [
    "acpitable", "add-fd", "chardev", "device", "drive", "fsdev", "fw_cfg", "icount", "iscsi", "m", "mon",
    "msg",
    "name", "netdev", "nic", "numa", "option-rom", "plugin", "rtc", "sandbox", "semihosting-config", "smbios",
    "spice", "tpmdev", "trace", "virtfs", "vnc",
  ]
  private static let inKeyval: Set = [
    "accel", "audiodev", "blockdev", "boot", "compat", "display", "machine", "netdev", "object", "smp",
  ]
  private static let inJSON: Set = [
    "audiodev", "blockdev", "compat", "device", "display", "incoming", "netdev", "object",
  ]
  private static let inTheirOwn: Set = [
    "action", "append", "audio", "cpu", "d", "debugcon", "dfilter", "gdb", "global", "incoming", "monitor",
    "net",
    "parallel", "rotate", "seed", "serial", "set", "usbdevice", "uuid", "vga", "watchdog-action",
  ]
}

/// Something that must hold and does not.
package struct FuzzFinding: Error, CustomStringConvertible {
  /// The violated invariant, with the values that violate it.
  package let description: String
}

/// Finds what does not hold.
func require(_ condition: Bool, _ words: @autoclosure () -> String) throws(FuzzFinding) {
  if !condition { throw FuzzFinding(description: words()) }
}
