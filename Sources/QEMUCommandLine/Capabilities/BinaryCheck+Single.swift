import QEMUJSON

// MARK: - What can be there once

extension BinaryCheck {
  /// Devices of which QEMU makes one.
  private static let singleDevices: Set<String> = [
    "vmgenid", "pvpanic", "ramfb", "intel-iommu", "amd-iommu",
  ]
  /// Options that fill the same place twice.
  private static let singleOptions: Set<String> = ["", "fda", "fdb", "hda", "hdb", "hdc", "hdd"]

  /// A second device, or a second disk in one place.
  func repetitions() -> [CheckFinding] {
    var seen: Set<String> = []
    var counts: [String: Int] = [:]
    return configuration.occurrences.compactMap { occurrence in
      counts[occurrence.option, default: 0] += 1
      guard let place = Self.place(of: occurrence), !seen.insert(place).inserted else { return nil }
      let position = CommandLineError.Position(
        option: occurrence.option, occurrence: counts[occurrence.option] ?? 1)
      return CheckFinding(
        .refused, .conflictingOptions, "there can be one \(place)", remedy: "remove all but one"
      ).located(position, in: occurrence.shownText)
    }
  }
}

// MARK: - Parts that belong together

extension BinaryCheck {
  /// The primary device of a pair is on PCI Express.
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
        "failover_pair_id needs a device on PCI Express, which the machine type \(name) lacks",
        property: "failover_pair_id", remedy: "use -machine q35, or leave failover_pair_id out")
    ]
  }

  /// A block driver without a file has what its type cannot do without.
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

  /// The place of a drive, where its number is given.
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

// MARK: - Forms of single values

extension BinaryCheck {
  /// Where VNC listens: a host and a display, a socket, or nowhere.
  func addressHasPort(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let display = occurrence.argument as? Properties<VNCOption>, let address = display["vnc"],
      !address.contains(":"), address != "none", !address.isEmpty
    else { return [] }
    return [
      .malformed(Assignment("vnc", address), of: "-vnc", expectation: "HOST:DISPLAY, unix:PATH or none")
    ]
  }

  /// The model of -nic and -net nic: a device with a network backend.
  func networkCardExists(_ occurrence: Occurrence) -> [CheckFinding] {
    // Newer versions warn of a card that nothing takes.
    guard ["net", "nic"].contains(occurrence.option), !capabilities.isAtLeast(9, 0),
      ["x86_64", "i386"].contains(capabilities.architecture),
      let model = occurrence.argument?.members?["model"]?.stringValue,
      !["virtio", "help", "none"].contains(model)
    else { return [] }
    let cards = capabilities.devices.filter { $0.value.properties?["netdev"] != nil }
    let names = Array(cards.keys) + cards.values.compactMap(\.alias)
    if names.contains(model) || cards.isEmpty { return [] }
    return [.unknown("network card", model, among: names, in: capabilities.name, property: "model")]
  }

  /// `[tcp|udp|unix]:[HOST]:PORT-[HOST]:PORT`
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

  /// Options of Xen, where the binary was built without it.
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
