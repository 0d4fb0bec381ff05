import QEMUJSON
package import QEMUPlanning
import QEMUVerification
package import QMP

/// The queries of what can be added and removed.
extension LiveInventory {
  /// The queries, which are sent together.
  private enum Query: CaseIterable {
    case status, machineType, peripherals, objects, characterDevices, blockNodes, network, pciTypes, disks
    case freeCPUs, vncServers, blockGraph

    var command: (name: String, arguments: JSONObject) {
      switch self {
      case .status: ("query-status", [:])
      case .machineType: ("qom-get", ["path": "/machine", "property": "type"])
      case .peripherals: ("qom-list", ["path": "/machine/peripheral"])
      case .objects: ("qom-list", ["path": "/objects"])
      case .characterDevices: ("query-chardev", [:])
      case .blockNodes: ("query-named-block-nodes", ["flat": true])
      case .network: ("human-monitor-command", ["command-line": "info network"])
      case .pciTypes: ("qom-list-types", ["implements": "pci-device", "abstract": false])
      case .disks: ("query-block", [:])
      case .freeCPUs: ("query-hotpluggable-cpus", [:])
      case .vncServers: ("query-vnc-servers", [:])
      case .blockGraph: ("x-debug-query-block-graph", [:])
      }
    }

    /// A Boolean value that indicates whether QEMU may refuse it: some machines have no such CPUs or displays, and a
    /// container that never had a child does not exist, such as `/objects` of `-machine none`.
    var mayBeRefused: Bool {
      [.peripherals, .objects, .freeCPUs, .vncServers, .blockGraph].contains(self)
    }
  }

  /// Queries all of it, except the data of ``learn(of:_:)``.
  package static func read(_ session: QMPSession) async throws(QMPError) -> LiveInventory {
    let queries = Query.allCases
    let replies = await session.executeAll(queries.map(\.command))
    var values: [Query: JSON] = [:]
    for (query, reply) in zip(queries, replies) {
      values[query] = query.mayBeRefused ? try present(reply) : try reply.get()
    }
    var inventory = LiveInventory(values)
    inventory.devices = try await devices(children(values[.peripherals] ?? .null), session)
    return inventory
  }

  private init(_ values: [Query: JSON]) {
    func list(_ query: Query) -> [JSON] { values[query]?.arrayValue ?? [] }
    self.init()
    runState = values[.status]?["status"]?.stringValue ?? ""
    machineType = values[.machineType]?.stringValue ?? ""
    objects = Set(Self.children(values[.objects] ?? .null).map(\.name))
    characterDevices = Set(list(.characterDevices).compactMap { $0["label"]?.stringValue })
    blockNodes = Set(list(.blockNodes).compactMap { $0["node-name"]?.stringValue })
    networkBackends = Self.backends(values[.network]?.stringValue ?? "")
    pciTypes = Set(list(.pciTypes).compactMap { $0["name"]?.stringValue })
    driveDevices = Self.drives(values[.disks] ?? .null)
    images = list(.disks).compactMap { $0["inserted"].map(ImageChain.init) }
    freeCPUs = Self.cpus(values[.freeCPUs] ?? .null)
    vncAddresses = Self.displays(values[.vncServers] ?? .null)
    nodeParents = Self.parents(values[.blockGraph] ?? .null)
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
  package mutating func learn(of drivers: Set<String>, _ session: QMPSession) async throws(QMPError) {
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
