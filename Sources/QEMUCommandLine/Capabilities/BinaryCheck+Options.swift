import QEMUJSON

// MARK: - Requirements of single options

extension BinaryCheck {
  /// Checks a drive without a file and a driver: it is an empty drive, so it cannot have properties of a driver.
  func driveHasSource(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let drive = occurrence.argument as? Properties<DriveOption>, let handedOn = drive.untyped.first,
      !drive.assignments.contains(where: {
        $0.name == "file" || $0.name == "driver" || $0.name.hasPrefix("file.")
      })
    else { return [] }
    return [
      CheckFinding(
        .refused, .malformedText, "-drive must specify either driver or file", property: handedOn,
        remedy: "write -drive file=PATH; \"\(handedOn.prefix(80))\" is not a property of -drive")
    ]
  }

  /// Checks for a hexadecimal size: `-m` appends a suffix to a bare number, with which only older releases of QEMU
  /// accept it.
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
        remedy: "write -fw_cfg name=opt/NAME,string=TEXT, or file=PATH instead of string=TEXT")
    ]
  }

  func descriptorIsNoStandardStream(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let descriptor = occurrence.argument as? Properties<AddFDOption>, let text = descriptor["fd"],
      let number = Int(text), (0...2).contains(number)
    else { return [] }
    return [
      CheckFinding(
        .refused, .valueOutOfRange,
        "descriptor \(number) is a standard stream, which QEMU does not accept",
        property: "fd", remedy: "use a descriptor from 3")
    ]
  }

  func incomingChannelIsKnown(_ occurrence: Occurrence) -> [CheckFinding] {
    guard case .channel? = occurrence.argument as? IncomingOption,
      !capabilities.schema.hasMember("channels", of: "incoming")
    else { return [] }
    return [
      CheckFinding(
        .refused, .malformedText, "\(capabilities.name) does not support migration channels",
        remedy: "write a URI, such as unix:PATH or tcp:HOST:PORT, or defer")
    ]
  }

  /// Checks log items: for an unknown one, the binary prints its help and exits.
  func logItemsExist(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let log = occurrence.argument as? LogItems, !capabilities.logItems.isEmpty else { return [] }
    let unknown = log.items.filter { !capabilities.logItems.contains($0) && !$0.hasPrefix("trace:") }
    return unknown.map {
      .unknown("log item", $0, among: capabilities.logItems, in: capabilities.name, code: .malformedValue)
    }
  }
}
