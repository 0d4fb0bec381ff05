extension BinaryCheck {
  /// What the kernel takes, and QEMU keeps in 32 bits.
  private static let shadowSizes: ClosedRange<Int64> = 262144...Int64(Int32.max)

  /// QEMU passes the lowest 32 bits of `kvm-shadow-mem` to the kernel, which refuses less than 64 pages; -1 is none.
  ///
  /// A machine's property is kvm's alone: under another accelerator it is not read.
  func shadowMemoryFits(_ occurrence: Occurrence) -> [CheckFinding] {
    let name = "kvm-shadow-mem"
    let assignments = shadowMemoryOwner(occurrence)
    guard let text = assignments.last(where: { dashed($0.name) == name })?.text,
      let bytes = Int64(propertyText: text), bytes != -1, !Self.shadowSizes.contains(bytes)
    else { return [] }
    if (0..<Self.shadowSizes.lowerBound).contains(bytes) {
      return [
        CheckFinding(
          .refused, .valueOutOfRange,
          "\(name) of \(bytes) bytes is less than the 64 pages that the kernel takes",
          property: name, remedy: "use 262144 or more, or leave it out")
      ]
    }
    return [
      CheckFinding(
        .refused, .valueOutOfRange,
        "QEMU keeps \(name) in 32 bits, into which \(bytes) does not fit: the kernel would be told another size",
        property: name, remedy: "use 2147483647 or less")
    ]
  }

  private func shadowMemoryOwner(_ occurrence: Occurrence) -> AssignmentList {
    if let accelerator = occurrence.argument as? Accelerator {
      return accelerator.name == "kvm" ? accelerator.assignments : []
    }
    let entries = (try? configuration.acceleratorPreference().entries) ?? []
    guard let machine = occurrence.argument as? MachineOption, entries.contains(where: { $0.name == "kvm" })
    else { return [] }
    return machine.assignments
  }
}
