import QEMUJSON

// MARK: - What single options want

extension BinaryCheck {
  /// A drive of which nothing says what is in it is empty; one with options of a driver must name it.
  func driveSaysWhat(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let drive = occurrence.argument as? Properties<DriveOption>, let handedOn = drive.untyped.first,
      !drive.assignments.contains(where: {
        $0.name == "file" || $0.name == "driver" || $0.name.hasPrefix("file.")
      })
    else { return [] }
    return [
      CheckFinding(
        .refused, .malformedText, "-drive must specify either driver or file", property: handedOn,
        remedy: "write -drive file=PATH; \"\(handedOn.prefix(80))\" is no property of -drive")
    ]
  }

  /// Older QEMUs read a hexadecimal number with a suffix, and -m puts one behind a bare number.
  func memorySizeIsDecimal(_ occurrence: Occurrence) -> [CheckFinding] {
    guard capabilities.isAtLeast(10, 0), let memory = occurrence.argument as? Properties<MemoryOption>,
      let size = memory.assignments.first(where: { $0.name == "size" }),
      size.text.lowercased().hasPrefix("0x")
    else { return [] }
    return [.malformed(size, of: "-m", expectation: "it as a decimal number, such as 512M")]
  }

  func firmwareItemHasOneSource(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let item = occurrence.argument as? Properties<FirmwareConfigurationOption>,
      item["name"] == nil || ["file", "string", "gen_id"].count(where: { item[$0] != nil }) != 1
    else { return [] }
    return [
      CheckFinding(
        .refused, .conflictingOptions, "-fw_cfg needs a name and exactly one of file, string and gen_id",
        remedy: "write -fw_cfg name=opt/NAME,string=TEXT, or file=PATH in place of the text")
    ]
  }

  func descriptorIsNoStandardStream(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let descriptor = occurrence.argument as? Properties<AddFDOption>, let text = descriptor["fd"],
      let number = Int(text), (0...2).contains(number)
    else { return [] }
    return [
      CheckFinding(
        .refused, .valueOutOfRange,
        "descriptor \(number) is a standard stream, which QEMU does not give away",
        property: "fd", remedy: "open it under another number, from 3 on")
    ]
  }

  func incomingChannelIsKnown(_ occurrence: Occurrence) -> [CheckFinding] {
    guard case .channel? = occurrence.argument as? IncomingOption,
      !capabilities.schema.hasMember("channels", of: "incoming")
    else { return [] }
    return [
      CheckFinding(
        .refused, .malformedText, "\(capabilities.name) knows no channels of a migration",
        remedy: "write a URI, such as unix:PATH or tcp:HOST:PORT, or defer")
    ]
  }

  /// The binary prints its help and ends where it does not know an item.
  func logItemsExist(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let log = occurrence.argument as? LogItems, !capabilities.logItems.isEmpty else { return [] }
    let unknown = log.items.filter { !capabilities.logItems.contains($0) && !$0.hasPrefix("trace:") }
    return unknown.map {
      .unknown("log item", $0, among: capabilities.logItems, in: capabilities.name, code: .malformedValue)
    }
  }
}
