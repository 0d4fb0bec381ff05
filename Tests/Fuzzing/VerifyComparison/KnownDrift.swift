import QEMUCommandLine

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
  /// The drifts that QEMU itself shows.
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
      guard let wanted = UInt64(propertyText: drift.requested), let shown = UInt64(drift.observed) else {
        return false
      }
      return shown.nonzeroBitCount == 1 && shown > wanted && shown / 2 < max(wanted, 1)
    },
    KnownDrift("isapc has no HPET: qom-get shows false", "machine.hpet") { $0.observed == "off" },
    KnownDrift("a CPU of several cores or threads has the feature: qom-get shows true", "cpu.ht") {
      $0.observed == "on"
    },
    KnownDrift("a model of Intel's gets no feature of AMD's: qom-get shows false", "cpu.ffxsr") {
      $0.observed == "off"
    },
    KnownDrift("virt makes no adapter of -vga: there is none in its tree", "vga.vga") {
      $0.observed == "none"
    },
    KnownDrift("0 has the device take a value of its own: qom-get shows it", "device.") { drift in
      UInt64(propertyText: drift.requested) == 0 && UInt64(drift.observed) != nil
        && drift.evidence.contains { $0.hasPrefix("qom-get ") }
    },
    KnownDrift("megasas has 16 entries or more: qom-get shows them", "device.max_sge") {
      $0.observed == "16"
    },
    KnownDrift("a model of AMD's gets no feature of Intel's: qom-get shows false", "cpu.pdcm") {
      $0.observed == "off"
    },
    KnownDrift("without an APIC there are no messages for interrupts: qom-get shows none", "device.msi") {
      $0.observed == "off"
    },
    KnownDrift("without an APIC there are no messages for interrupts: qom-get shows none", "device.vectors") {
      $0.observed == "0"
    },
    KnownDrift(
      "-machine dump-guest-core=off leaves all memory out: the kernel shows the flag dd", "object.dump"
    ) {
      $0.observed == "off"
    },
    KnownDrift("the device is of virtio 1 alone: qom-get shows on", "device.disable-legacy") {
      $0.observed == "on"
    },
    KnownDrift("the device is of virtio 1 alone: qom-get shows off", "device.disable-modern") {
      $0.observed == "off"
    },
    KnownDrift("the device has several functions: qom-get shows on", "device.multifunction") {
      $0.observed == "on"
    },
    KnownDrift("the device has a class of its own where the one asked for is none of its own", "device.class")
    {
      $0.requested == "1" || UInt64(propertyText: $0.requested) ?? 0 < 256
    },
    KnownDrift("qxl has 4096 bytes or more: qom-get shows them", "device.vram_size") {
      UInt64(propertyText: $0.requested) ?? .max < 4096
    },
    KnownDrift("qxl has 4096 bytes or more: qom-get shows them", "device.ram_size") {
      UInt64(propertyText: $0.requested) ?? .max < 4096
    },
    KnownDrift("highmem=off switches the parts of it off: qom-get shows false", "machine.highmem-ecam") {
      $0.observed == "off"
    },
    KnownDrift("highmem=off switches the parts of it off: qom-get shows false", "machine.highmem-redists") {
      $0.observed == "off"
    },
    KnownDrift("highmem=off switches the parts of it off: qom-get shows false", "machine.highmem-mmio") {
      $0.observed == "off"
    },
    KnownDrift("-machine usb=off behind -usb wins: qom-get shows false", "usb.usb") { $0.observed == "off" },
    KnownDrift("the kernel merges no memory that is shared: the area is rw-s", "object.merge") { drift in
      drift.observed == "off" && drift.evidence.contains { $0.contains(" rw-s ") }
    },
    KnownDrift("-smbios type=1,uuid= wins over -uuid: query-uuid shows it", "uuid.uuid"),
    KnownDrift(
      "the machine sets its own limit where the one asked for is too small", "machine.max-ram-below-4g"),
  ]
}
