import QEMU
import RandomValues

/// A random command line that is meant to start: its values are valid, and their spellings vary.
///
/// It consists of fragments, each an option or a few that belong together. A fragment stands in ``fragments``.
struct StartableLine {
  /// Adds options of one kind to a line.
  typealias Fragment = @Sendable (inout StartableLine) -> Void

  let qemu: QEMUUnderTest
  let capabilities: BinaryCapabilities
  /// A directory of the line's own, which ends with a slash.
  let directory: String
  /// A number that no other line of the run has.
  let number: Int
  var values: Spellings
  private(set) var words: [String] = []
  /// The machine type, by its full name.
  private(set) var machine = ""
  private var identifiers = 0

  init(seed: UInt64, number: Int, qemu: QEMUUnderTest, capabilities: BinaryCapabilities, directory: String) {
    (self.qemu, self.number, self.capabilities, self.directory) = (qemu, number, capabilities, directory)
    values = Spellings(seed: seed)
    // Without it QEMU serves a display over VNC, always on the same port.
    words = ["-display", "none"]
    addMachine()
    for fragment in values.shuffled(Self.fragments).prefix(values.number(2...7)) { fragment(&self) }
  }

  /// Every kind of fragment.
  static let fragments =
    boardFragments + processFragments + deviceFragments + blockFragments + channelFragments
    + networkFragments + declaredFragments

  /// Adds an option.
  mutating func add(_ option: String, _ argument: String? = nil) {
    words.append((values.chance(8) ? "--" : "-") + option)
    if let argument { words.append(argument) }
  }

  /// Adds an option whose value is a list of properties, the first perhaps by its name.
  mutating func add(_ option: String, implied: String, _ first: String, _ properties: [String]) {
    let head = values.chance(4) ? "\(implied)=\(first)" : first
    add(option, ([head] + values.shuffled(properties)).joined(separator: ","))
  }

  /// Removes words from the end.
  mutating func removeLast(_ count: Int) { words.removeLast(count) }

  /// Makes an id that the line has not used.
  mutating func id() -> String {
    identifiers += 1
    return values.word("x", "Dev-", "a.b", "n_") + "\(identifiers)"
  }

  /// Returns whether the line has an option.
  func has(_ option: String) -> Bool { words.contains("-" + option) || words.contains("--" + option) }

  /// Removes the display that every line begins with.
  mutating func removeDisplay() {
    if words.first == "-display" { words.removeFirst(2) }
  }

  /// A machine that has PCI.
  var hasPCI: Bool { machine.hasPrefix("pc-") || machine.hasPrefix("virt-") }
  /// A machine that has no devices of its own.
  var isBare: Bool { machine == "none" }

  private mutating func addMachine() {
    let usual = qemu.isX86 ? ["pc", "q35"] : ["virt"]
    let others = qemu.isX86 ? ["microvm", "isapc", "none"] : ["none"]
    let versions = capabilities.machines.filter {
      $0.key.hasPrefix(qemu.isX86 ? "pc-" : "virt-") && !$0.value.isDeprecated
    }
    let pool = values.chance(10) ? others : values.chance(4) ? versions.keys.sorted() : usual
    let type = values.pick(pool) ?? usual[0]
    machine =
      capabilities.machines[type] != nil
      ? type : capabilities.machines.first { $0.value.alias == type }?.key ?? type
    let declared = capabilities.machine(type)?.properties ?? [:]
    var properties: [String] = []
    for name in values.shuffled(Self.machineSwitches.filter { declared[$0] != nil }).prefix(
      values.number(0...2))
    {
      guard let value = value(ofType: declared[name] ?? "", name) else { continue }
      properties.append("\(name)=\(value)")
    }
    add(values.word("machine", "M"), implied: "type", type, properties)
  }

  /// Properties that a machine under emulation takes either way.
  private static let machineSwitches = [
    "usb", "graphics", "mem-merge", "dump-guest-core", "hpet", "vmport", "smbus", "sata", "pit", "pic",
    "acpi", "smm",
    "secure", "virtualization", "highmem", "rtc", "fd-bootchk", "default-bus-bypass-iommu", "isa-serial",
    "auto-kernel-cmdline", "suppress-vmdesc", "enforce-config-section", "i8042", "compact-highmem",
    "dtb-randomness",
  ]
}
