/// The accelerators that a command line allows, the most preferred first: QEMU uses the first that initializes.
///
/// QEMU: several `-accel`, `-machine accel=A:B`, `-enable-kvm`
public struct AcceleratorPreference: Sendable, Hashable {
  /// The option that specifies the accelerators.
  public enum Source: Sendable, Hashable {
    /// `-accel`
    case accelOption
    /// `-machine accel=`
    case machineProperty
    /// `-enable-kvm`
    case enableKVM
    /// No option: QEMU's default.
    case byDefault
  }

  /// The accelerators in the order in which QEMU tries them; never empty.
  public let entries: [Accelerator]
  /// The option that specifies them.
  public let source: Source

  /// A Boolean value that indicates whether the command line leaves the choice to QEMU.
  public var isDefault: Bool { source == .byDefault }
}

extension QEMUConfiguration {
  /// Returns the accelerators that this command line allows.
  ///
  /// If none is specified, QEMU tries tcg; if the name of its binary ends with kvm, it tries kvm first.
  /// - Throws: ``CommandLineError`` `conflictingOptions` if `-accel` is combined with `-machine accel=` or
  ///   `-enable-kvm`, which QEMU refuses too.
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
          .malformedText, "-machine accel= has no accelerator", at: .init(option: "machine"),
          remedy: "write -machine accel=kvm:tcg, or remove accel=")
      }
      return AcceleratorPreference(entries: entries, source: source)
    }
    return named.isEmpty
      ? AcceleratorPreference(entries: defaultEntries, source: .byDefault)
      : AcceleratorPreference(entries: named, source: .accelOption)
  }

  /// The defaults: QEMU tries kvm first if the name of its binary ends with kvm.
  private var defaultEntries: [Accelerator] {
    (binary?.hasSuffix("kvm") ?? false ? ["kvm", "tcg"] : ["tcg"]).map(Accelerator.init(name:))
  }

  /// Returns the list of the last `-machine accel=` or `-enable-kvm`, which is the same as `-machine accel=kvm`.
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
      remedy: "specify every accelerator with -accel, the most preferred first, and remove \(other)")
  }
}
