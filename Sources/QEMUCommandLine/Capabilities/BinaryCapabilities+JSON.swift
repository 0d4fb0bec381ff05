public import QEMUJSON

extension BinaryCapabilities {
  /// The capabilities as JSON, for programs and for the cache; ``init(json:)`` reads it.
  ///
  /// Types with the same properties share them under `property-sets`: hundreds of CPU models have the same.
  public var json: JSONObject {
    var sets = PropertySets()
    return [
      "version": .string(version), "architecture": .string(architecture), "options": .strings(options),
      "parameters": .map(parameters) { $0.json }, "log-items": .strings(logItems),
      "accelerators": .map(accelerators) { $0.json },
      "machines": .map(machines) { machine in
        [
          "alias": .text(machine.alias), "deprecated": .bool(machine.isDeprecated),
          "maximum-cpus": .integer(Int64(machine.maximumCPUs)), "default": .bool(machine.isDefault),
          "properties": sets.index(machine.properties), "buses": Self.json(machine.buses),
        ]
      },
      "cpu-models": .map(models) {
        ["type": .string($0.typeName), "deprecated": .bool($0.isDeprecated)]
      },
      "devices": .map(devices) { device in
        [
          "alias": .text(device.alias), "bus": .text(device.bus),
          "user-creatable": .bool(device.isUserCreatable), "properties": sets.index(device.properties),
        ]
      },
      "references": .map(references) { .string($0) }, "implementers": .map(implementers) { .strings($0) },
      "backends": .map(backends) { .strings($0) }, "qmp-schema": .array(schema.entities),
      "property-sets": .array(sets.all.map(\.json)),
    ]
  }

  private static func json(_ buses: [Bus]?) -> JSON {
    buses.map { .array($0.map { ["name": .string($0.name), "type": .string($0.type)] }) } ?? nil
  }

  private static func buses(_ json: JSON?) -> [Bus]? {
    json?.arrayValue?.map {
      Bus(name: $0["name"]?.stringValue ?? "", type: $0["type"]?.stringValue ?? "")
    }
  }

  /// Creates capabilities from ``json``; nil if it is invalid.
  public init?(json: JSON) {
    guard let version = json["version"]?.stringValue, let architecture = json["architecture"]?.stringValue,
      let sets = json["property-sets"]?.arrayValue?.map(Properties.init(json:)),
      let schema = json["qmp-schema"]?.arrayValue, let options = json["options"]?.strings,
      json["references"] != nil
    else { return nil }
    let properties = { (json: JSON?) -> Properties? in
      json?.integerValue.flatMap { sets.indices.contains(Int($0)) ? sets[Int($0)] : nil }
    }
    self.init(
      version: version, architecture: architecture, options: options,
      parameters: json.map("parameters", Properties.init(json:)), logItems: json["log-items"]?.strings ?? [],
      accelerators: json.map("accelerators", Properties.init(json:)),
      machines: json.map("machines") {
        Machine(
          alias: $0["alias"]?.stringValue, isDeprecated: $0["deprecated"]?.boolValue ?? false,
          maximumCPUs: Int($0["maximum-cpus"]?.integerValue ?? 0),
          isDefault: $0["default"]?.boolValue ?? false, properties: properties($0["properties"]),
          buses: Self.buses($0["buses"]))
      },
      models: json.map("cpu-models") {
        Model(
          typeName: $0["type"]?.stringValue ?? "", isDeprecated: $0["deprecated"]?.boolValue ?? false)
      },
      devices: json.map("devices") {
        Device(
          alias: $0["alias"]?.stringValue, bus: $0["bus"]?.stringValue,
          isUserCreatable: $0["user-creatable"]?.boolValue ?? false, properties: properties($0["properties"]))
      },
      schema: LiveSchema(entities: schema))
    references = json.map("references") { $0.stringValue ?? "" }
    implementers = json.map("implementers") { $0.strings ?? [] }
    backends = json.map("backends") { $0.strings ?? [] }
  }
}

/// The distinct sets of properties, each with its index.
private struct PropertySets {
  private(set) var all: [BinaryCapabilities.Properties] = []
  private var places: [BinaryCapabilities.Properties: Int] = [:]

  mutating func index(_ properties: BinaryCapabilities.Properties?) -> JSON {
    guard let properties else { return nil }
    if let place = places[properties] { return .integer(Int64(place)) }
    places[properties] = all.count
    all.append(properties)
    return .integer(Int64(all.count - 1))
  }
}

extension BinaryCapabilities.Properties {
  fileprivate var json: JSON { .map(self) { .string($0) } }

  fileprivate init(json: JSON) {
    self.init(
      (json.objectValue ?? [:]).map { ($0.name, $0.value.stringValue ?? "") }, uniquingKeysWith: { $1 })
  }
}

extension JSON {
  fileprivate static func text(_ text: String?) -> JSON { text.map { .string($0) } ?? nil }

  fileprivate static func strings(_ strings: Set<String>) -> JSON {
    .array(strings.sorted().map { .string($0) })
  }

  fileprivate static func map<Value>(_ values: [String: Value], _ json: (Value) -> JSON) -> JSON {
    .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) }))
  }

  fileprivate var strings: Set<String>? { arrayValue.map { Set($0.compactMap(\.stringValue)) } }

  fileprivate func map<Value>(_ name: String, _ value: (JSON) -> Value) -> [String: Value] {
    [String: Value](
      (self[name]?.objectValue ?? [:]).map { ($0.name, value($0.value)) }, uniquingKeysWith: { $1 })
  }
}
