import QEMUJSON

/// A reference from an option to an object that another option creates.
struct Reference {
  /// The kinds of objects that an id can refer to.
  enum Target: Hashable {
    /// The objects that options of a kind create: `chardev`, `netdev`, `drive`, `node`.
    case kind(String)
    /// An object or a device of a type, or of one that implements it.
    case type(String)
  }

  /// The property with the reference, a dotted path if it is nested.
  let property: String
  let id: String
  let targets: [Target]
  /// A Boolean value that indicates whether the object must be defined before the reference.
  var isOrdered = false
  /// A Boolean value that indicates whether the object can have no other user.
  var isExclusive = false
}

/// A search for the references of an option: by the types that the binary reports for properties, and by names that
/// have the same meaning in every option.
struct ReferenceFinder {
  let capabilities: BinaryCapabilities

  /// The kinds of objects that properties refer to, in every option that is not a device.
  private static let kinds: [String: String] = [
    "chardev": "chardev", "indev": "chardev", "outdev": "chardev", "primary_in": "chardev",
    "secondary_in": "chardev", "notify_dev": "chardev", "netdev": "netdev", "audiodev": "audiodev",
    "pcspk-audiodev": "audiodev", "memory-encryption": "object", "memdev": "object", "tls-creds": "object",
    "throttle-group": "object", "keyid": "object", "passwordid": "object", "pflash0": "drive",
    "pflash1": "drive",
  ]

  /// The kinds of objects that only one device or monitor can use.
  private static let exclusive: Set<String> = ["chardev", "netdev", "drive", "tpmdev"]

  /// The objects that only one device can use.
  private static let exclusiveTypes: Set<String> = ["ipmi-bmc", "cryptodev-backend"]

  /// Returns the references of an option.
  func references(of occurrence: Occurrence) -> [Reference] {
    switch occurrence.argument {
    case let device as DeviceOption: references(of: device)
    case let machine as MachineOption: references(of: machine)
    case let address as CharacterDeviceAddress: references(of: address)
    case let argument as any SchemaArgument: references(of: occurrence, argument)
    case let argument as any PropertyListArgument:
      argument.assignments.compactMap { named($0.name, $0.text, isUser: occurrence.option != "vnc") }
    default: []
    }
  }

  private func named(_ path: String, _ id: String, isUser: Bool) -> Reference? {
    let name = String(path.split(separator: ".").last ?? "")
    if name == "iothread" { return Reference(property: path, id: id, targets: [.type("iothread")]) }
    guard let kind = Self.kinds[name] ?? (name.hasSuffix("-secret") ? "object" : nil), !id.isEmpty else {
      return nil
    }
    return Reference(
      property: path, id: id, targets: Self.targets(kind),
      isExclusive: isUser && Self.exclusive.contains(kind))
  }

  private static func targets(_ kind: String) -> [Reference.Target] {
    kind == "drive" ? [.kind("drive"), .kind("node")] : [.kind(kind)]
  }
}

// MARK: - Devices and machines

extension ReferenceFinder {
  private func references(of option: DeviceOption) -> [Reference] {
    guard let properties = option.driver.flatMap({ capabilities.device($0)?.properties }) else { return [] }
    return option.texts.compactMap { name, id in
      guard let type = properties[name], !id.isEmpty else { return nil }
      if let reference = link(name, type, id) { return reference }
      guard let kind = capabilities.references[name] ?? (name == "fsdev" ? "fsdev" : nil), type == "str"
      else {
        return nil
      }
      return Reference(
        property: name, id: id, targets: Self.targets(kind), isExclusive: Self.exclusive.contains(kind))
    }
  }

  private func references(of machine: MachineOption) -> [Reference] {
    let name = machine.type ?? capabilities.machines.first { $0.value.isDefault }?.key
    let properties = name.flatMap { capabilities.machine($0)?.properties } ?? [:]
    return machine.assignments.compactMap { assignment in
      let name = dashed(assignment.name)
      return properties[name].flatMap { link(name, $0, assignment.text) }
        ?? named(name, assignment.text, isUser: false)
    }
  }

  /// Returns whether only options create a device. Machines create many devices that `-device` creates too, but none
  /// without a bus.
  private static func isMadeByOptionsAlone(_ device: BinaryCapabilities.Device?) -> Bool {
    device.map { $0.isUserCreatable && $0.bus == nil } ?? false
  }

  /// Returns a reference for a link to an object that only options create; a path is not such a link.
  private func link(_ property: String, _ type: String, _ id: String) -> Reference? {
    guard type.hasPrefix("link<"), !id.isEmpty, !id.contains("/") else { return nil }
    let target = String(type.dropFirst(5).dropLast())
    let objects = capabilities.implementers["user-creatable"] ?? []
    let possible = capabilities.implementers[target] ?? []
    guard !possible.isEmpty,
      possible.allSatisfy({ objects.contains($0) || Self.isMadeByOptionsAlone(capabilities.devices[$0]) })
    else { return nil }
    return Reference(
      property: property, id: id, targets: [.type(target)], isOrdered: possible.isDisjoint(with: objects),
      isExclusive: Self.exclusiveTypes.contains(target))
  }
}

extension DeviceOption {
  /// The properties that are texts.
  var texts: [(name: String, text: String)] {
    switch form {
    case .properties(let assignments): assignments.map { ($0.name, $0.text) }
    case .json(let object): object.compactMap { member in member.value.stringValue.map { (member.name, $0) } }
    }
  }
}

// MARK: - Other options

extension ReferenceFinder {
  private func references(of address: CharacterDeviceAddress) -> [Reference] {
    switch address {
    case .withMonitor(let address): references(of: address)
    case .characterDevice(let id):
      [Reference(property: "chardev", id: id, targets: [.kind("chardev")], isExclusive: true)]
    case .connection(_, _, _, let properties), .unixSocket(_, let properties):
      properties.assignments.compactMap { named($0.name, $0.text, isUser: true) }
    default: []
    }
  }

  private func references(of occurrence: Occurrence, _ argument: any SchemaArgument) -> [Reference] {
    guard let object = argument.members else { return [] }
    let nodes = capabilities.schema.references(toNodesIn: object, of: occurrence.option).map {
      Reference(property: $0.path, id: $0.name, targets: [.kind("node")], isOrdered: true)
    }
    return nodes
      + texts(in: object, at: "").compactMap { path, text in
        // A filter attaches to a network backend that has another user.
        named(path, text, isUser: occurrence.option != "object" || !path.hasSuffix("netdev"))
      }
  }

  private func texts(in object: JSONObject, at path: String) -> [(path: String, text: String)] {
    object.flatMap { member -> [(path: String, text: String)] in
      if let text = member.value.stringValue { return [(path + member.name, text)] }
      return member.value.objectValue.map { texts(in: $0, at: "\(path)\(member.name).") } ?? []
    }
  }
}
