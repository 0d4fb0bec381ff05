/// The options, machines, devices, CPU models and accelerators of a QEMU binary, as it reports them.
///
/// ```swift
/// let capabilities = try await QEMUBinary(finding: "x86_64").capabilities()
/// capabilities.devices["virtio-net-pci"]?.properties?["mac"]     // "str"
/// ```
public struct BinaryCapabilities: Sendable, Hashable {
  /// The names of an object's properties, each with QEMU's name of its type.
  public typealias Properties = [String: String]

  /// A machine type.
  public struct Machine: Sendable, Hashable {
    /// The alias.
    public var alias: String?
    /// A Boolean value that indicates whether it is deprecated.
    public var isDeprecated: Bool
    /// The maximum number of CPUs.
    public var maximumCPUs: Int
    /// A Boolean value that indicates whether it is the default machine type.
    public var isDefault: Bool
    /// The properties; nil if the binary crashes when it is queried for them.
    public var properties: Properties?
    /// The buses with default properties and without default devices; nil if the binary was not queried or did not
    /// start it.
    public var buses: [Bus]?

    package init(
      alias: String?, isDeprecated: Bool, maximumCPUs: Int, isDefault: Bool = false, properties: Properties?,
      buses: [Bus]? = nil
    ) {
      self.alias = alias
      self.isDeprecated = isDeprecated
      self.maximumCPUs = maximumCPUs
      self.isDefault = isDefault
      self.properties = properties
      self.buses = buses
    }
  }

  /// A bus that devices are plugged into.
  public struct Bus: Sendable, Hashable {
    /// The name, `pci.0`.
    public var name: String
    /// The type, `PCI`.
    public var type: String

    package init(name: String, type: String) {
      self.name = name
      self.type = type
    }
  }

  /// A driver of `-device`.
  public struct Device: Sendable, Hashable {
    /// The alias.
    public var alias: String?
    /// The type of bus that it is plugged into; nil if it needs none.
    public var bus: String?
    /// A Boolean value that indicates whether `-device` accepts it; other devices are created only by a machine.
    public var isUserCreatable: Bool
    /// The properties; nil if the binary crashes when it is queried for them.
    public var properties: Properties?

    package init(alias: String?, bus: String?, isUserCreatable: Bool, properties: Properties? = nil) {
      self.alias = alias
      self.bus = bus
      self.isUserCreatable = isUserCreatable
      self.properties = properties
    }
  }

  /// A CPU model.
  public struct Model: Sendable, Hashable {
    /// The name of its type, which is the key of its features in ``BinaryCapabilities/devices``.
    public var typeName: String
    /// A Boolean value that indicates whether it is deprecated.
    public var isDeprecated: Bool

    package init(typeName: String, isDeprecated: Bool) {
      self.typeName = typeName
      self.isDeprecated = isDeprecated
    }
  }

  /// The version, `7.2.22`.
  public var version: String
  /// The guest architecture, `x86_64`.
  public var architecture: String
  /// The options and their aliases.
  public var options: Set<String>
  /// The properties of the options for which QEMU lists them, each with QEMU's name of its type; an option with an
  /// empty list accepts any.
  public var parameters: [String: Properties]
  /// The names of the log items of `-d`.
  public var logItems: Set<String>
  /// The accelerators that the binary has, by their name for `-accel`.
  public var accelerators: [String: Properties]
  /// The machine types by name.
  public var machines: [String: Machine]
  /// The CPU models by name.
  public var models: [String: Model]
  /// The drivers by name.
  public var devices: [String: Device]
  /// The kinds of backend that devices refer to, by the property that refers: `"drive": "drive"`,
  /// `"chardev": "chardev"`.
  public var references: [String: String] = [:]
  /// The types that implement a type: for the types of buses and links, and for `user-creatable`.
  public var implementers: [String: Set<String>] = [:]
  /// The backends that the help of an option lists, by option: `"chardev": ["null", "socket", …]`.
  public var backends: [String: Set<String>] = [:]
  /// The binary's own QAPI schema.
  public var schema: LiveSchema

  /// Creates capabilities from a binary's replies.
  package init(
    version: String, architecture: String, options: Set<String>, parameters: [String: Properties],
    logItems: Set<String>,
    accelerators: [String: Properties], machines: [String: Machine], models: [String: Model],
    devices: [String: Device], schema: LiveSchema
  ) {
    self.version = version
    self.architecture = architecture
    self.options = options
    self.parameters = parameters
    self.logItems = logItems
    self.accelerators = accelerators
    self.machines = machines
    self.models = models
    self.devices = devices
    self.schema = schema
  }
}

// MARK: - Lookup

extension BinaryCapabilities {
  /// Returns the machine type with a name or an alias.
  public func machine(_ name: String) -> Machine? {
    machines[name] ?? machines.values.first { $0.alias == name }
  }

  /// Returns the machine type of a command line; nil if the binary does not have it, or if none is specified and there
  /// is no default.
  package func machineName(of configuration: QEMUConfiguration) -> String? {
    guard let asked = configuration.machine.type else { return machines.first { $0.value.isDefault }?.key }
    return machines[asked] == nil ? machines.first { $0.value.alias == asked }?.key : asked
  }

  /// Returns whether a type is another type or implements it.
  func isSubtype(_ type: String, of other: String) -> Bool {
    type == other || implementers[other]?.contains(type) ?? false
  }

  /// Returns the driver with a name or an alias; if several have the alias, the one for PCI.
  public func device(_ name: String) -> Device? {
    if let device = devices[name] { return device }
    let meant = devices.values.filter { $0.alias == name }
    return meant.first { $0.bus == "PCI" } ?? meant.first
  }

  /// Returns the CPU model with a name; nil if there is none. The names of PowerPC models are case-insensitive.
  public func model(_ name: String) -> Model? {
    if let model = models[name] { return model }
    guard isPowerPC else { return nil }
    let spelled = name.lowercased()
    return models.first { $0.key.lowercased() == spelled }?.value
  }

  /// A Boolean value that indicates whether the binary emulates a PowerPC.
  var isPowerPC: Bool { architecture.hasPrefix("ppc") }

  /// Returns the features and other properties of a CPU model; nil if they are not known.
  public func features(of model: String) -> Properties? {
    devices[self.model(model)?.typeName ?? model]?.properties
  }

  /// Returns whether the binary has this version or a newer one.
  func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
    let numbers = version.split(separator: ".").compactMap { Int($0) }
    return !numbers.lexicographicallyPrecedes([major, minor])
  }

  /// The name of the binary for messages.
  var name: String { "QEMU \(version) for \(architecture)" }
}
