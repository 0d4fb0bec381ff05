/// What one QEMU binary has: its options, machines, devices, CPU models and accelerators, as it told itself.
///
/// ```swift
/// let capabilities = try await QEMUBinary(finding: "x86_64").capabilities()
/// capabilities.devices["virtio-net-pci"]?.properties?["mac"]     // "str"
/// ```
public struct BinaryCapabilities: Sendable, Hashable {
  /// The names of an object's properties, each with QEMU's own name of its type.
  public typealias Properties = [String: String]

  /// A machine type.
  public struct Machine: Sendable, Hashable {
    /// Its other name.
    public var alias: String?
    /// Whether QEMU means to remove it.
    public var isDeprecated: Bool
    /// How many CPUs it may have.
    public var maximumCPUs: Int
    /// Whether QEMU builds it where none is named.
    public var isDefault: Bool
    /// Its properties; nil where this binary dies of being asked.
    public var properties: Properties?
    /// Its buses with its default properties and no default devices; nil where the binary was not asked, or did not start it.
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
    /// Its name, `pci.0`.
    public var name: String
    /// Its type, `PCI`.
    public var type: String

    package init(name: String, type: String) {
      self.name = name
      self.type = type
    }
  }

  /// A driver of `-device`.
  public struct Device: Sendable, Hashable {
    /// Its other name.
    public var alias: String?
    /// The kind of bus that it is plugged into; nil where it needs none.
    public var bus: String?
    /// Whether `-device` takes it; others only a machine makes.
    public var isUserCreatable: Bool
    /// Its properties; nil where this binary dies of being asked.
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
    /// The name of its type, by which its features are found among the devices.
    public var typeName: String
    /// Whether QEMU means to remove it.
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
  /// The options, and their other names.
  public var options: Set<String>
  /// The properties of the options that QEMU lists them for, each with QEMU's name of its type; an option with none of its own takes any.
  public var parameters: [String: Properties]
  /// What `-d` logs, by name.
  public var logItems: Set<String>
  /// The accelerators that were built in, by the name that `-accel` takes.
  public var accelerators: [String: Properties]
  /// The machine types by name.
  public var machines: [String: Machine]
  /// The CPU models by name.
  public var models: [String: Model]
  /// The drivers by name.
  public var devices: [String: Device]
  /// The kinds of backend that devices name, by the property that names them: `"drive": "drive"`, `"chardev": "chardev"`.
  public var references: [String: String] = [:]
  /// The types that implement a type, for the types of buses, those of links, and `user-creatable`.
  public var implementers: [String: Set<String>] = [:]
  /// The backends that an option lists when it is asked for help, by option: `"chardev": ["null", "socket", …]`.
  public var backends: [String: Set<String>] = [:]
  /// The binary's own QAPI schema.
  public var schema: LiveSchema

  /// Makes capabilities of what a binary told.
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

// MARK: - Looking things up

extension BinaryCapabilities {
  /// The machine type of a name or an alias.
  public func machine(_ name: String) -> Machine? {
    machines[name] ?? machines.values.first { $0.alias == name }
  }

  /// The machine type that a command line gets; nil where it names one that there is none of, or names none and there is no default.
  package func machineName(of configuration: QEMUConfiguration) -> String? {
    guard let asked = configuration.machine.type else { return machines.first { $0.value.isDefault }?.key }
    return machines[asked] == nil ? machines.first { $0.value.alias == asked }?.key : asked
  }

  /// Whether something of a type can be used as one of another.
  func isSubtype(_ type: String, of other: String) -> Bool {
    type == other || implementers[other]?.contains(type) ?? false
  }

  /// The driver of a name or an alias; where an alias means several, the one for PCI.
  public func device(_ name: String) -> Device? {
    if let device = devices[name] { return device }
    let meant = devices.values.filter { $0.alias == name }
    return meant.first { $0.bus == "PCI" } ?? meant.first
  }

  /// Returns the CPU model of a name; nil where there is none. PowerPC's are found in letters of any case.
  public func model(_ name: String) -> Model? {
    if let model = models[name] { return model }
    guard isPowerPC else { return nil }
    let spelled = name.lowercased()
    return models.first { $0.key.lowercased() == spelled }?.value
  }

  /// A Boolean value that indicates whether the binary emulates a PowerPC.
  var isPowerPC: Bool { architecture.hasPrefix("ppc") }

  /// The features and other properties of a CPU model; nil where they are not known.
  public func features(of model: String) -> Properties? {
    devices[self.model(model)?.typeName ?? model]?.properties
  }

  /// Whether the binary is of this version or a newer one.
  func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
    let numbers = version.split(separator: ".").compactMap { Int($0) }
    return !numbers.lexicographicallyPrecedes([major, minor])
  }

  /// What the binary is called in a sentence.
  var name: String { "QEMU \(version) for \(architecture)" }
}
