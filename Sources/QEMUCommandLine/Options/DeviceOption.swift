public import QEMUJSON

/// A device of the guest; its properties depend on the driver.
///
/// ```swift
/// DeviceOption("virtio-net-pci", id: "nic", ["netdev": "n0", "mac": "52:54:00:12:34:56"])
/// ```
/// QEMU: `-device [driver=]DRIVER[,id=ID][,PROPERTY=VALUE…]`, or as JSON
public struct DeviceOption: DedicatedArgument {
  /// The option's name.
  public static let option = "device"
  static let impliedKey = "driver"

  /// The properties in order, or the JSON object.
  public var form: PropertiesOrJSON

  /// Creates a device.
  /// - Parameters:
  ///   - driver: the driver's name or alias.
  ///   - id: the id by which other options and commands refer to it.
  ///   - properties: the driver's properties, in order, as texts.
  public init(_ driver: String, id: String? = nil, _ properties: KeyValuePairs<String, String> = [:]) {
    form = .properties(
      [Assignment(Self.impliedKey, driver)] + (id.map { [Assignment("id", $0)] } ?? [])
        + properties.map { Assignment($0.key, $0.value) })
  }

  /// Creates a device from JSON, whose values have the types of the properties.
  public init(json: JSONObject) { form = .json(json) }

  /// Creates the argument from its text.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    form = try .parse(text, .qemuOpts, impliedKey: Self.impliedKey)
  }

  /// Returns the argument.
  public func text() throws(CommandLineError) -> String {
    try form.text(.qemuOpts, impliedKey: Self.impliedKey)
  }

  /// The driver's name or alias.
  public var driver: String? { form["driver"] }
  /// The id by which other options and commands refer to it.
  public var id: String? { form["id"] }
  /// The text of a property by name; nil if it is not set, or if it is a list.
  public subscript(name: String) -> String? {
    get { form[name] }
    set { form.set(name, newValue) }
  }

  /// The properties by name; nil if `addr` is a number in JSON, which has another meaning than the same number in a
  /// text.
  public var members: JSONObject? {
    switch form {
    case .properties(let assignments): memberObject(of: assignments)
    case .json(let object) where object["addr"]?.stringValue == nil && object["addr"] != nil: nil
    case .json(let object): object
    }
  }

  /// Creates a device from a document's mapping: as JSON if a property is not a scalar.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    let isFlat = members.allSatisfy {
      $0.value.arrayValue == nil && $0.value.objectValue == nil && $0.value != nil
    }
    form = isFlat ? .properties(try textAssignments(of: members)) : .json(members)
  }
}

extension PropertiesOrJSON {
  /// Sets the text of a property; nil removes the property.
  mutating func set(_ name: String, _ text: String?) {
    switch self {
    case .json(var object):
      object[name] = text.map { .string($0) }
      self = .json(object)
    case .properties(var assignments):
      let place = assignments.firstIndex { $0.name == name } ?? assignments.endIndex
      assignments.removeAll { $0.name == name }
      if let text { assignments.insert(Assignment(name, text), at: min(place, assignments.endIndex)) }
      self = .properties(assignments)
    }
  }
}
