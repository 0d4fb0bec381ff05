import QEMUJSON
import QEMUVerification
import QMP

/// The objects of a live virtual machine that can be added and removed.
struct LiveInventory: Sendable, Hashable {
  /// A device with an id.
  struct Device: Sendable, Hashable {
    let type: String
    /// The name of the bus to which it is attached.
    let bus: String
    /// The path of that bus.
    let busPath: String
    let netdev: String?
  }

  var devices: [String: Device] = [:]
  var objects: Set<String> = []
  var characterDevices: Set<String> = []
  var networkBackends: Set<String> = []
  var blockNodes: Set<String> = []
  /// The types of PCI devices.
  var pciTypes: Set<String> = []
  /// The names of drivers, by their aliases.
  var aliases: [String: String] = [:]
  /// The types of a driver's properties.
  var propertyTypes: [String: [String: String]] = [:]
  /// The properties for `device_add` of each virtual CPU that can be plugged, in order.
  var freeCPUs: [JSONObject] = []
  /// The addresses of each VNC display, in the form of `display-update`.
  var vncAddresses: [JSON] = []
  /// The path of the device of each drive, by the drive's name.
  var driveDevices: [String: String] = [:]
  /// The image chain of each disk.
  var images: [ImageChain] = []
  /// The nodes that use a node, by its name: an overlay uses its backing file.
  var nodeParents: [String: Set<String>] = [:]
  var machineType = ""
  var runState = ""

  /// Queries all of it, except the data of ``learn(of:_:)``.
  static func read(_ session: QMPSession) async throws(QMPError) -> LiveInventory {
    var inventory = LiveInventory()
    let replies = await session.executeAll([
      ("query-status", [:]), ("qom-get", ["path": "/machine", "property": "type"]),
      ("qom-list", ["path": "/machine/peripheral"]), ("qom-list", ["path": "/objects"]),
      ("query-chardev", [:]),
      ("query-named-block-nodes", ["flat": true]),
      ("human-monitor-command", ["command-line": "info network"]),
      ("qom-list-types", ["implements": "pci-device", "abstract": false]),
      ("query-block", [:]),
      // Some machines do not have these.
      ("query-hotpluggable-cpus", [:]), ("query-vnc-servers", [:]), ("x-debug-query-block-graph", [:]),
    ])
    // A container that never had a child does not exist, such as /objects of `-machine none`.
    let directories = [2, 3]
    let values = try replies.prefix(9).enumerated().map { place, reply throws(QMPError) in
      directories.contains(place) ? try present(reply) ?? .null : try reply.get()
    }
    inventory.runState = values[0]["status"]?.stringValue ?? ""
    inventory.machineType = values[1].stringValue ?? ""
    inventory.objects = Set(children(values[3]).map(\.name))
    inventory.characterDevices = Set((values[4].arrayValue ?? []).compactMap { $0["label"]?.stringValue })
    inventory.blockNodes = Set((values[5].arrayValue ?? []).compactMap { $0["node-name"]?.stringValue })
    inventory.networkBackends = backends(values[6].stringValue ?? "")
    inventory.pciTypes = Set((values[7].arrayValue ?? []).compactMap { $0["name"]?.stringValue })
    inventory.devices = try await devices(children(values[2]), session)
    inventory.driveDevices = drives(values[8])
    inventory.images = (values[8].arrayValue ?? []).compactMap { $0["inserted"].map(ImageChain.init) }
    inventory.freeCPUs = cpus(try present(replies[9]) ?? .null)
    inventory.vncAddresses = displays(try present(replies[10]) ?? .null)
    inventory.nodeParents = parents(try present(replies[11]) ?? .null)
    return inventory
  }

  private static func parents(_ graph: JSON) -> [String: Set<String>] {
    let nodes = (graph["nodes"]?.arrayValue ?? []).filter { $0["type"] == "block-driver" }.compactMap {
      node in
      node["id"]?.integerValue.flatMap { id in node["name"]?.stringValue.map { (id, $0) } }
    }
    let names = Dictionary(nodes) { $1 }
    var parents: [String: Set<String>] = [:]
    for edge in graph["edges"]?.arrayValue ?? [] {
      guard let child = edge["child"]?.integerValue.flatMap({ names[$0] }),
        let parent = edge["parent"]?.integerValue.flatMap({ names[$0] })
      else { continue }
      parents[child, default: []].insert(parent)
    }
    return parents
  }

  /// Returns the result of a reply; nil if QEMU refuses the query because there is no such object. Other errors are
  /// thrown.
  private static func present(_ reply: Result<JSON, QMPError>) throws(QMPError) -> JSON? {
    do throws(QMPError) {
      return try reply.get()
    } catch {
      if error.code == .refused { return nil }
      throw error
    }
  }

  /// Queries the aliases of drivers, and the property types of the drivers of devices that are to be added.
  mutating func learn(of drivers: Set<String>, _ session: QMPSession) async throws(QMPError) {
    if drivers.isEmpty { return }
    let list = try await session.execute("human-monitor-command", arguments: ["command-line": "info qdm"])
    aliases = Self.aliases(list.stringValue ?? "")
    let names = Set(drivers.map { aliases[$0] ?? $0 }).sorted()
    let replies = await session.executeAll(
      names.map { ("device-list-properties", ["typename": .string($0)]) })
    for (name, reply) in zip(names, replies) {
      let properties = try Self.present(reply)?.arrayValue ?? []
      propertyTypes[name] = Dictionary(
        properties.compactMap { property in
          property["name"]?.stringValue.flatMap { name in property["type"]?.stringValue.map { (name, $0) } }
        }
      ) { first, _ in first }
    }
  }

  /// Reads lines such as `name "ich9-ahci", bus PCI, alias "ahci"`.
  private static func aliases(_ text: String) -> [String: String] {
    Dictionary(
      text.matches(of: #/name "([^"]+)"[^\n]*, alias "([^"]+)"/#).map { (String($0.2), String($0.1)) }
    ) { first, _ in first }
  }

  private static func drives(_ list: JSON) -> [String: String] {
    let pairs = (list.arrayValue ?? []).compactMap { drive -> (String, String)? in
      guard let name = drive["device"]?.stringValue, let device = drive["qdev"]?.stringValue else {
        return nil
      }
      return (name, device)
    }
    return Dictionary(pairs) { first, _ in first }
  }

  /// Returns the virtual CPUs that can be plugged, in order; QEMU lists them in reverse order.
  private static func cpus(_ list: JSON) -> [JSONObject] {
    (list.arrayValue ?? []).reversed().compactMap { cpu in
      guard cpu["qom-path"] == nil, let type = cpu["type"], var members = cpu["props"]?.objectValue else {
        return nil
      }
      // The NUMA node follows from the other properties.
      members["node-id"] = nil
      members["driver"] = type
      return members
    }
  }

  private static func displays(_ list: JSON) -> [JSON] {
    (list.arrayValue ?? []).map { display in
      .array(
        (display["server"]?.arrayValue ?? []).map { server in
          let service = server["service"] ?? ""
          if server["family"] == "unix" { return ["type": "unix", "path": service] }
          return ["type": "inet", "host": server["host"] ?? "", "port": service]
        })
    }
  }

  private static func devices(
    _ children: [(name: String, type: String)], _ session: QMPSession
  ) async throws(QMPError) -> [String: Device] {
    var devices: [String: Device] = [:]
    let queries = children.flatMap { child in
      ["parent_bus", "netdev"].map { property -> (String, JSONObject) in
        ("qom-get", ["path": .string("/machine/peripheral/\(child.name)"), "property": .string(property)])
      }
    }
    let replies = await session.executeAll(queries)
    for (place, child) in children.enumerated() {
      // QEMU refuses a query for a property that the device does not have.
      let bus = try present(replies[place * 2])?.stringValue ?? ""
      let netdev = try present(replies[place * 2 + 1])?.stringValue
      devices[child.name] = Device(
        type: child.type, bus: bus.split(separator: "/").last.map(String.init) ?? "", busPath: bus,
        netdev: netdev.flatMap { $0.isEmpty ? nil : $0 })
    }
    return devices
  }

  private static func children(_ list: JSON) -> [(name: String, type: String)] {
    (list.arrayValue ?? []).compactMap { entry in
      guard let name = entry["name"]?.stringValue, let type = entry["type"]?.stringValue,
        type.hasPrefix("child<")
      else { return nil }
      return (name, String(type.dropFirst("child<".count).dropLast()))
    }
  }

  /// Returns the names in `info network`, except those of NICs.
  private static func backends(_ text: String) -> Set<String> {
    let names = text.split(whereSeparator: \.isNewline).compactMap { line -> String? in
      guard let end = line.firstRange(of: ": index="), !line[end.upperBound...].contains(",type=nic,") else {
        return nil
      }
      let name = line[..<end.lowerBound].drop { $0 == " " || $0 == "\\" }
      return name.split(separator: ": ").last.map(String.init)
    }
    return Set(names)
  }
}

extension LiveInventory {
  static func isCPU(_ device: Device) -> Bool { device.type.hasSuffix("-cpu") }

  /// Returns whether a device is on a root bus that does not support hotplug.
  func isFixed(_ device: Device) -> Bool {
    device.bus == "pcie.0" || device.bus == "isa.0" || device.bus == "main-system-bus"
  }

  /// A Boolean value that indicates whether the machine's own PCI bus does not support hotplug.
  var hasFixedPCI: Bool { machineType.contains("q35") || machineType.hasPrefix("virt") }

  /// Returns whether a driver, or the PCI driver of an alias, is that of a PCI device.
  func isPCI(_ driver: String) -> Bool {
    pciTypes.contains(aliases[driver] ?? driver) || pciTypes.contains(driver + "-pci")
  }

  /// Returns whether a bus is a PCIe port, which has room for one device.
  func isPort(_ bus: String) -> Bool {
    devices[bus].map { $0.type.hasSuffix("root-port") || $0.type.hasSuffix("downstream") } ?? false
  }

  /// Returns a device on a bus, except those that are removed.
  func occupant(of bus: String, besides leaving: Set<String>) -> String? {
    devices.filter { $0.value.bus == bus && !leaving.contains($0.key) }.keys.min()
  }

  /// Returns a root port without a device.
  func freeRootPort(besides leaving: Set<String>, taken: Set<String>) -> String? {
    devices.filter { port in
      port.value.type.hasSuffix("root-port") && !leaving.contains(port.key) && !taken.contains(port.key)
        && occupant(of: port.key, besides: leaving) == nil
    }.keys.min()
  }
}
