import QEMU

/// A drift that is real: QEMU takes the line, does otherwise, and shows it.
struct RealDrift {
  /// The option and the property, such as `cpu.has_el2`.
  let property: String
  /// QEMU's own reading, or the beginning of the report's reason, that tells this drift.
  let reading: String
  /// Why QEMU does it.
  let cause: String

  /// Every one that is known. What is not here is a false drift.
  static let all = [
    RealDrift(
      property: "cpu.*", reading: "QEMU dropped",
      cause: "unavailable-features names the feature: emulation does not have it"),
    RealDrift(
      property: "cpu.has_el2", reading: "off", cause: "virt switches it off unless virtualization=on"),
    RealDrift(property: "cpu.has_el3", reading: "off", cause: "virt switches it off unless secure=on"),
    RealDrift(
      property: "object.merge", reading: "on",
      cause: "the kernel's flags of the memory: QEMU marks it as mergeable unless -machine mem-merge=off"),
    RealDrift(property: "device.p2", reading: "15", cause: "an xHCI has 15 ports of a kind at most"),
    RealDrift(property: "device.p3", reading: "15", cause: "an xHCI has 15 ports of a kind at most"),
    RealDrift(
      property: "device.vgamem_mb", reading: "", cause: "the memory is rounded up to a power of two of MiB"),
  ]

  /// Returns whether a finding is one of these.
  static func covers(_ finding: Finding) -> Bool {
    all.contains { drift in
      let isNamed =
        drift.property == "\(finding.option).\(finding.property)" || drift.property == "\(finding.option).*"
      return isNamed
        && (drift.reading.isEmpty || finding.observed == drift.reading
          || finding.reason?.hasPrefix(drift.reading) == true)
    }
  }
}
