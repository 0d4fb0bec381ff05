extension BinaryCheck {
  /// The sizes that the kernel accepts and that fit QEMU's 32 bits.
  private static let shadowSizes: ClosedRange<Int64> = 262144...Int64(Int32.max)

  /// Checks `kvm-shadow-mem`. QEMU passes its lowest 32 bits to the kernel, which refuses less than 64 pages; -1 is the
  /// default.
  ///
  /// Only KVM reads the property of the machine.
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
          "\(name) of \(bytes) bytes is less than 64 pages, the minimum of the kernel",
          property: name, remedy: "use 262144 or more, or remove it")
      ]
    }
    return [
      CheckFinding(
        .refused, .valueOutOfRange,
        "\(name) of \(bytes) bytes does not fit QEMU's 32 bits: QEMU would pass another size to the kernel",
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
