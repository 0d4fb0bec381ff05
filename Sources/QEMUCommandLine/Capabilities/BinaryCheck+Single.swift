import QEMUJSON

// MARK: - Options and devices that may not be repeated

extension BinaryCheck {
  /// The devices of which there can be only one.
  private static let singleDevices: Set<String> = [
    "vmgenid", "pvpanic", "ramfb", "intel-iommu", "amd-iommu",
  ]
  /// The options that use a fixed unit, so that a second one conflicts.
  private static let singleOptions: Set<String> = ["", "fda", "fdb", "hda", "hdb", "hdc", "hdd"]

  /// Checks for a second device of a kind, and for a second disk with the same unit.
  func repetitions() -> [CheckFinding] {
    var seen: Set<String> = []
    var counts: [String: Int] = [:]
    return configuration.occurrences.compactMap { occurrence in
      counts[occurrence.option, default: 0] += 1
      guard let place = Self.place(of: occurrence), !seen.insert(place).inserted else { return nil }
      let position = CommandLineError.Position(
        option: occurrence.option, occurrence: counts[occurrence.option] ?? 1)
      return CheckFinding(
        .refused, .conflictingOptions, "there can be only one \(place)", remedy: "remove all but one"
      ).located(position, in: occurrence.shownText)
    }
  }
}

// MARK: - Combinations

extension BinaryCheck {
  /// Checks that the primary device of a failover pair is on PCI Express.
  func failoverBusIsExpress(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let device = occurrence.argument as? DeviceOption,
      device["failover_pair_id"].map({ !$0.isEmpty }) ?? false,
      device["bus"] == nil, let driver = device.driver, capabilities.device(driver)?.bus == "PCI",
      let name = capabilities.machineName(of: configuration), let buses = capabilities.machines[name]?.buses,
      !buses.contains(where: { capabilities.isSubtype($0.type, of: "PCIE") })
    else { return [] }
    return [
      CheckFinding(
        .refused, .conflictingOptions,
        "failover_pair_id needs a device on PCI Express, which the machine type \(name) does not have",
        property: "failover_pair_id", remedy: "use -machine q35, or remove failover_pair_id")
    ]
  }

  /// Checks that a block driver without a file has the required members of its type.
  func driverHasItsParts(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let drive = occurrence.argument as? Properties<DriveOption>,
      let driver = drive["driver"] ?? drive["format"]
    else {
      return []
    }
    let own = Set(drive.assignments.map { String($0.name.prefix { $0 != "." }) })
    if own.contains("file") { return [] }
    return capabilities.schema.requiredMembers(of: driver, in: "blockdev").filter { !own.contains($0) }.map {
      CheckFinding(
        .refused, .malformedText, "-drive with the driver \(driver) needs \($0)", property: $0,
        remedy: $0 == "file" ? "write file=PATH" : "write \($0)=…")
    }
  }

  /// Returns the unit of a drive with an index; nil if it has none.
  private static func place(of drive: Properties<DriveOption>) -> String? {
    guard let index = drive["index"], drive["if"] != "none" else { return nil }
    return "-drive if=\(drive["if"] ?? "default"),index=\(index)"
  }

  fileprivate static func place(of occurrence: Occurrence) -> String? {
    if let driver = (occurrence.argument as? DeviceOption)?.driver {
      return singleDevices.contains(driver) ? "-device \(driver)" : nil
    }
    if let drive = occurrence.argument as? Properties<DriveOption> { return place(of: drive) }
    guard singleOptions.contains(occurrence.option) else { return nil }
    return occurrence.option.isEmpty ? "disk without an option" : "-\(occurrence.option)"
  }
}

// MARK: - Syntax of single values

extension BinaryCheck {
  /// Checks the address of VNC: a host and a display, a socket, or none.
  func addressHasPort(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let display = occurrence.argument as? Properties<VNCOption>, let address = display["vnc"],
      !address.contains(":"), address != "none", !address.isEmpty
    else { return [] }
    return [
      .malformed(Assignment("vnc", address), of: "-vnc", expectation: "HOST:DISPLAY, unix:PATH or none")
    ]
  }

  /// Checks the model of `-nic` and `-net nic`: a device with a network backend.
  func networkCardExists(_ occurrence: Occurrence) -> [CheckFinding] {
    // Newer versions print a warning for an unused NIC.
    guard ["net", "nic"].contains(occurrence.option), !capabilities.isAtLeast(9, 0),
      ["x86_64", "i386"].contains(capabilities.architecture),
      let model = occurrence.argument?.members?["model"]?.stringValue,
      !["virtio", "help", "none"].contains(model)
    else { return [] }
    let cards = capabilities.devices.filter { $0.value.properties?["netdev"] != nil }
    let names = Array(cards.keys) + cards.values.compactMap(\.alias)
    if names.contains(model) || cards.isEmpty { return [] }
    return [.unknown("NIC model", model, among: names, in: capabilities.name, property: "model")]
  }

  /// Checks a forwarding rule: `[tcp|udp|unix]:[HOST]:PORT-[HOST]:PORT`
  func forwardingIsARule(_ occurrence: Occurrence) -> [CheckFinding] {
    guard ["net", "nic", "netdev"].contains(occurrence.option), let members = occurrence.argument?.members
    else {
      return []
    }
    return (members["hostfwd"]?.arrayValue ?? []).compactMap { rule in
      guard let text = rule["str"]?.stringValue else { return nil }
      let kind = text.prefix { $0 != ":" }
      if ["", "tcp", "udp", "unix"].contains(kind), text.contains(":"), text.contains("-") { return nil }
      return .malformed(
        Assignment("hostfwd", text), of: "-\(occurrence.option)", expectation: "a rule such as tcp::2222-:22")
    }
  }

  /// Checks for Xen options if the binary was built without Xen.
  func accelerationIsThere(_ occurrence: Occurrence) -> [CheckFinding] {
    guard occurrence.option == "xen-domid-restrict", capabilities.accelerators["xen"] == nil,
      !capabilities.accelerators.isEmpty
    else { return [] }
    return [
      CheckFinding(
        .refused, .unknownOption, "\(capabilities.name) was built without Xen",
        remedy: "remove -\(occurrence.option)")
    ]
  }
}
