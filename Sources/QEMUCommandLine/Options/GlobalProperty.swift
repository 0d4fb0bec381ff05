public import QEMUJSON

/// The default of a property for all devices of a driver.
///
/// QEMU: `-global DRIVER.PROPERTY=VALUE`, or `driver=…,property=…,value=…`
public struct GlobalProperty: DedicatedArgument {
  /// The option's name.
  public static let option = "global"
  /// The length limit of a name in the short form.
  private static let longest = 63

  /// The driver or the type that has the property.
  public var driver: String
  /// The property.
  public var property: String
  /// The value as a text.
  public var value: String

  /// Creates a global property.
  public init(driver: String, property: String, value: String) {
    self.driver = driver
    self.property = property
    self.value = value
  }

  /// Creates a global property from either form.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    if let (names, value) = Self.short(text) {
      self.init(driver: names.0, property: names.1, value: value)
      return
    }
    let assignments = try ValueLanguage.qemuOpts.parse(text, impliedKey: nil).list
    guard let driver = assignments.text(of: "driver"), let property = assignments.text(of: "property"),
      let value = assignments.text(of: "value"),
      assignments.allSatisfy({ ["driver", "property", "value"].contains($0.name) })
    else {
      throw CommandLineError(
        .malformedText, "-global needs a driver, a property and a value", at: .init(column: 1),
        remedy: "write -global DRIVER.PROPERTY=VALUE")
    }
    self.init(driver: driver, property: property, value: value)
  }

  /// Reads `DRIVER.PROPERTY=VALUE`, with the value up to the end.
  private static func short(_ text: String) -> ((String, String), String)? {
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")),
      let dot = text.utf8[..<equals].firstIndex(of: UInt8(ascii: "."))
    else { return nil }
    let names = (String(text[..<dot]), String(text[text.utf8.index(after: dot)..<equals]))
    guard isShort(names.0), isShort(names.1) else { return nil }
    return (names, String(text[text.utf8.index(after: equals)...]))
  }

  private static func isShort(_ name: String) -> Bool { 1...longest ~= name.utf8.count }

  private var hasShortForm: Bool {
    Self.isShort(driver) && Self.isShort(property) && !driver.hasByte(UInt8(ascii: "."))
      && !driver.hasByte(UInt8(ascii: "=")) && !property.hasByte(UInt8(ascii: "="))
  }

  /// Returns the argument, in the short form if possible.
  public func text() throws(CommandLineError) -> String {
    if hasShortForm { return "\(driver).\(property)=\(value)" }
    return try ValueLanguage.qemuOpts.emit(
      [Assignment("driver", driver), Assignment("property", property), Assignment("value", value)],
      impliedKey: nil)
  }

  /// The driver, the property and the value by name.
  public var members: JSONObject? {
    ["driver": .string(driver), "property": .string(property), "value": .string(value)]
  }

  /// Creates the argument from a document's mapping.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    let text = try ValueLanguage.qemuOpts.emit(textAssignments(of: members), impliedKey: nil)
    try self.init(text: text, unknownNames: unknownNames)
  }
}

/// A property that is set for an earlier option with an id.
///
/// QEMU: `-set GROUP.ID.PROPERTY=VALUE`
public struct SetProperty: DedicatedArgument {
  /// The option's name.
  public static let option = "set"
  private static let longest = 63

  /// The kind of option: `device`, `drive`, `chardev`.
  public var group: String
  /// The option's id.
  public var id: String
  /// The property.
  public var property: String
  /// The value as a text.
  public var value: String

  /// Creates an argument of `-set`.
  public init(group: String, id: String, property: String, value: String) {
    self.group = group
    self.id = id
    self.property = property
    self.value = value
  }

  /// Creates the argument from its text.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let equals = parts[2].firstIndex(of: UInt8(ascii: "=")) else {
      throw CommandLineError(
        .malformedText, "\"\(text.prefix(80))\" is not GROUP.ID.PROPERTY=VALUE", at: .init(column: 1),
        remedy: "write -set GROUP.ID.PROPERTY=VALUE, such as device.nic.mac=52:54:00:12:34:56")
    }
    let names = [parts[0], parts[1], parts[2][..<equals]].map { String(Substring($0)) }
    self.init(
      group: names[0], id: names[1], property: names[2],
      value: String(Substring(parts[2][parts[2].index(after: equals)...])))
    try requireNames(.malformedText)
  }

  private func requireNames(_ code: CommandLineError.Code) throws(CommandLineError) {
    let separators: [(String, [UInt8])] = [
      (group, [UInt8(ascii: ".")]), (id, [UInt8(ascii: ".")]), (property, [UInt8(ascii: "=")]),
    ]
    for (name, syntax) in separators
    where !(1...Self.longest ~= name.utf8.count) || name.utf8.contains(where: syntax.contains) {
      throw CommandLineError(
        code, "-set cannot have the name \"\(name.prefix(80))\"",
        remedy:
          "use 1 to \(Self.longest) characters, without a dot in a group or an id, and without \"=\" in a property"
      )
    }
  }

  /// Returns the argument.
  public func text() throws(CommandLineError) -> String {
    try requireNames(.unencodableValue)
    return "\(group).\(id).\(property)=\(value)"
  }
}
