/// A drift that is known, so that others stand out.
package struct KnownDrift: Sendable {
  /// A title with the reason.
  package let title: String
  private let name: String
  private let observed: @Sendable (Drift) -> Bool

  /// Creates a row.
  /// - Parameters:
  ///   - title: what QEMU does, or what this library gets wrong.
  ///   - name: `OPTION.PROPERTY`, or `OPTION.` for all of them.
  ///   - observed: whether a drift of the name is this one.
  init(_ title: String, _ name: String, _ observed: @escaping @Sendable (Drift) -> Bool = { _ in true }) {
    (self.title, self.name, self.observed) = (title, name, observed)
  }

  /// Returns whether a drift is this one.
  package func explains(_ drift: Drift) -> Bool {
    (name.hasSuffix(".") ? drift.name.hasPrefix(name) : drift.name == name) && observed(drift)
  }
}

extension KnownDrift {
  /// What QEMU itself shows to be otherwise than asked for.
  package static let real: [KnownDrift] = [
    KnownDrift("the CPU lists the feature among its unavailable features", "cpu.") { drift in
      drift.evidence.contains { $0.contains("unavailable-features: ") }
    },
    KnownDrift("an xHCI controller has 15 ports of a kind at most: qom-get shows 15", "device.p2") {
      $0.observed == "15"
    },
    KnownDrift("an xHCI controller has 15 ports of a kind at most: qom-get shows 15", "device.p3") {
      $0.observed == "15"
    },
    KnownDrift("virt without secure=on takes EL3 from its CPUs: qom-get shows false", "cpu.has_el3") {
      $0.observed == "off"
    },
    KnownDrift("virt without virtualization=on takes EL2 from its CPUs: qom-get shows false", "cpu.has_el2") {
      $0.observed == "off"
    },
    KnownDrift(
      "memory stays mergeable without -machine mem-merge=off: the kernel shows the flag mg", "object.merge"
    ) { $0.observed == "on" },
    KnownDrift("the memory is rounded up to a power of two of MiB: qom-get shows it", "device.vgamem_mb") {
      drift in
      guard let wanted = UInt64(drift.requested), let shown = UInt64(drift.observed) else { return false }
      return shown.nonzeroBitCount == 1 && shown > wanted && shown / 2 < max(wanted, 1)
    },
    KnownDrift(
      "the machine sets its own limit where the one asked for is too small", "machine.max-ram-below-4g"),
  ]
}
