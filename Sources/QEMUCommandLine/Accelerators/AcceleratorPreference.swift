/// The accelerators that a command line allows, the most wanted first: QEMU takes the first that initialises.
///
/// QEMU: several `-accel`, `-machine accel=A:B`, `-enable-kvm`
public struct AcceleratorPreference: Sendable, Hashable {
  /// Where an entry was named.
  public enum Source: Sendable, Hashable {
    /// `-accel`
    case accelOption
    /// `-machine accel=`
    case machineProperty
    /// `-enable-kvm`
    case enableKVM
    /// Nowhere: QEMU's default.
    case byDefault
  }

  /// The accelerators in the order in which QEMU tries them; never empty.
  public let entries: [Accelerator]
  /// Where they were named.
  public let source: Source

  /// Whether the command line leaves the choice to QEMU.
  public var isDefault: Bool { source == .byDefault }
}

extension QEMUConfiguration {
  /// The accelerators that this command line allows.
  ///
  /// Without any, QEMU tries tcg; one whose binary's name ends with kvm, kvm before it.
  /// - Throws: ``CommandLineError`` `conflictingOptions` where `-accel` stands beside `-machine accel=` or `-enable-kvm`, as
  ///   QEMU does.
  public func acceleratorPreference() throws(CommandLineError) -> AcceleratorPreference {
    let named = accelerators
    let (list, source) = legacyAcceleratorList()
    if let list {
      if !named.isEmpty { throw conflict(source) }
      let entries = list.utf8.split(separator: UInt8(ascii: ":")).map {
        Accelerator(name: String(Substring($0)))
      }
      if entries.isEmpty {
        throw CommandLineError(
          .malformedText, "no accelerator is named", at: .init(option: "machine"),
          remedy: "write -machine accel=kvm:tcg, or remove accel=")
      }
      return AcceleratorPreference(entries: entries, source: source)
    }
    return named.isEmpty
      ? AcceleratorPreference(entries: defaultEntries, source: .byDefault)
      : AcceleratorPreference(entries: named, source: .accelOption)
  }

  /// A QEMU whose name ends with kvm tries kvm first.
  private var defaultEntries: [Accelerator] {
    (binary?.hasSuffix("kvm") ?? false ? ["kvm", "tcg"] : ["tcg"]).map(Accelerator.init(name:))
  }

  /// The list of `-machine accel=`, of which `-enable-kvm` is another spelling: the last one wins.
  private func legacyAcceleratorList() -> (String?, AcceleratorPreference.Source) {
    var list: String?
    var source = AcceleratorPreference.Source.byDefault
    for occurrence in occurrences {
      if let machine = occurrence.argument as? MachineOption, let value = machine["accel"] {
        (list, source) = (value, .machineProperty)
      } else if occurrence.option == "enable-kvm" {
        (list, source) = ("kvm", .enableKVM)
      }
    }
    return (list, source)
  }

  private func conflict(_ source: AcceleratorPreference.Source) -> CommandLineError {
    let other = source == .enableKVM ? "-enable-kvm" : "-machine accel="
    return CommandLineError(
      .conflictingOptions, "-accel cannot be combined with \(other)",
      at: .init(option: "accel"),
      remedy: "name every accelerator with -accel, the most wanted first, and remove \(other)")
  }
}
