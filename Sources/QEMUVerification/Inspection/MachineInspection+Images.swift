public import QEMUCommandLine
import QEMUJSON

/// The live images of disks, for a configuration that starts on the images that the guest uses now.
extension MachineInspection {
  /// Returns the request with the live images of its disks, if a command changed them since the start.
  /// - Parameter requested: the configuration of the virtual machine.
  /// - Throws: `CommandLineError` if a live image cannot be written as an option.
  public func liveImages(in requested: QEMUConfiguration) throws(CommandLineError) -> QEMUConfiguration {
    var live = requested
    let names = Subject.driveNames(of: requested)
    for (place, occurrence) in requested.occurrences.enumerated() {
      guard let name = names[place],
        let disk = disks.first(where: { $0["device"]?.stringValue == name })
      else { continue }
      live.occurrences[place] = try liveDrive(occurrence, disk, place)
    }
    return try liveNodes(in: live)
  }

  private var disks: [JSON] { entries.filter { $0.section == "block" }.map(\.value) }

  // MARK: - Drives

  private func liveDrive(
    _ occurrence: Occurrence, _ disk: JSON, _ place: Int
  ) throws(CommandLineError) -> Occurrence {
    let requested = RequestedOption(occurrence: occurrence, index: 0, position: place)
    guard let move = ImageMove(of: disk, from: requested) else { return occurrence }
    guard let argument = occurrence.argument, var members = argument.members else {
      return try Occurrence(option: occurrence.option, text: move.live, unknownNames: .kept)
    }
    let file = ["file", "file.filename", "filename"].first { members[$0] != nil } ?? "file"
    members[file] = .string(move.live)
    // Specify the format: QEMU restricts writes to an image whose format it has guessed.
    let format = members["driver"] == nil ? "format" : "driver"
    members[format] = disk["inserted"]?["drv"]
    return Occurrence(
      option: occurrence.option, argument: try type(of: argument).init(members: members, unknownNames: .kept))
  }

  // MARK: - Nodes

  private func liveNodes(in requested: QEMUConfiguration) throws(CommandLineError) -> QEMUConfiguration {
    var live = requested
    var named = Set(
      requested.occurrences.compactMap { $0.argument?.members?["node-name"]?.stringValue })
    for place in requested.occurrences.indices.reversed() {
      guard var device = requested.occurrences[place].argument as? DeviceOption, let wanted = device["drive"],
        named.contains(wanted), let id = device.id, let disk = disk(of: id),
        let medium = disk["inserted"], let node = medium["node-name"]?.stringValue, node != wanted
      else { continue }
      device["drive"] = node
      live.occurrences[place] = Occurrence(device)
      if named.insert(node).inserted {
        live.occurrences.insert(try self.node(node, medium, named), at: place)
      }
    }
    return live
  }

  private func disk(of device: String) -> JSON? {
    disks.first { disk in
      let path = disk["qdev"]?.stringValue ?? ""
      return path == device || path == "/machine/peripheral/\(device)"
        || path.hasPrefix("/machine/peripheral/\(device)/")
    }
  }

  /// Returns the option of a node that is not in the request: an overlay, or the target of a job.
  private func node(
    _ name: String, _ medium: JSON, _ named: Set<String>
  ) throws(CommandLineError) -> Occurrence {
    let children = BlockGraph(self).children(of: name)
    let file = children["file"].flatMap { self["nodes", $0] }
    let protocolName = file?["drv"]?.stringValue ?? ""
    guard ["file", "host_device"].contains(protocolName), let path = ImageChain(medium: medium).live,
      let driver = medium["drv"]
    else {
      throw CommandLineError(
        .unencodableValue, "the live image of node \(name) is not a file, and cannot be written as an option",
        remedy: "write the -blockdev of node \(name) manually: qemuctl inspect shows it")
    }
    var members: JSONObject = [
      "driver": driver, "node-name": .string(name), "file.driver": .string(protocolName),
      "file.filename": .string(path),
    ]
    if let isReadOnly = medium["ro"], isReadOnly == true { members["read-only"] = isReadOnly }
    // Refer to a backing node that the request already opens.
    if let backing = children["backing"], named.contains(backing) { members["backing"] = .string(backing) }
    let flat = members.map { "\($0.name)=\(Self.escaped($0.value.commandLineText))" }.joined(separator: ",")
    return try Occurrence(option: "blockdev", text: flat, unknownNames: .kept)
  }

  private static func escaped(_ text: String) -> String { text.replacing(",", with: ",,") }
}

extension BlockGraph {
  /// Creates the graph of the nodes in an inspection.
  init(_ inspection: MachineInspection) {
    self.init(
      nodes: inspection.entries.filter { $0.section == "nodes" && $0.name != "graph" }.map(\.value),
      edges: inspection["nodes", "graph"])
  }
}
