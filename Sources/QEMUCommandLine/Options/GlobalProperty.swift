public import QEMUJSON

/// A property of every device of a driver that does not say otherwise.
///
/// QEMU: `-global DRIVER.PROPERTY=VALUE`, or `driver=…,property=…,value=…`
public struct GlobalProperty: DedicatedArgument {
  /// The option's name.
  public static let option = "global"
  /// The longest name that the short spelling takes.
  private static let longest = 63

  /// The driver or the type of which it is a property.
  public var driver: String
  /// The property.
  public var property: String
  /// Its value as a text.
  public var value: String

  /// Names all three.
  public init(driver: String, property: String, value: String) {
    self.driver = driver
    self.property = property
    self.value = value
  }

  /// Reads either spelling.
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
        .malformedText, "it does not name a driver, a property and a value", at: .init(column: 1),
        remedy: "write -global DRIVER.PROPERTY=VALUE")
    }
    self.init(driver: driver, property: property, value: value)
  }

  /// `DRIVER.PROPERTY=VALUE`, the value to the end.
  private static func short(_ text: String) -> ((String, String), String)? {
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")),
      let dot = text.utf8[..<equals].firstIndex(of: UInt8(ascii: "."))
    else { return nil }
    let names = (String(text[..<dot]), String(text[text.utf8.index(after: dot)..<equals]))
    guard isShort(names.0), isShort(names.1) else { return nil }
    return (names, String(text[text.utf8.index(after: equals)...]))
  }

  private static func isShort(_ name: String) -> Bool { 1...longest ~= name.utf8.count }

  private var isShortSayable: Bool {
    Self.isShort(driver) && Self.isShort(property) && !driver.hasByte(UInt8(ascii: "."))
      && !driver.hasByte(UInt8(ascii: "=")) && !property.hasByte(UInt8(ascii: "="))
  }

  /// The short spelling where it can say it.
  public func text() throws(CommandLineError) -> String {
    if isShortSayable { return "\(driver).\(property)=\(value)" }
    return try ValueLanguage.qemuOpts.emit(
      [Assignment("driver", driver), Assignment("property", property), Assignment("value", value)],
      impliedKey: nil)
  }

  /// All three by name.
  public var members: JSONObject? {
    ["driver": .string(driver), "property": .string(property), "value": .string(value)]
  }

  /// Makes it of a document's mapping.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    let text = try ValueLanguage.qemuOpts.emit(textAssignments(of: members), impliedKey: nil)
    try self.init(text: text, unknownNames: unknownNames)
  }
}

/// Sets a property of an option that stands before it and has an id.
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
  /// Its value as a text.
  public var value: String

  /// Names all four.
  public init(group: String, id: String, property: String, value: String) {
    self.group = group
    self.id = id
    self.property = property
    self.value = value
  }

  /// Reads the argument.
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
        code, "-set has no way to name \"\(name.prefix(80))\"",
        remedy:
          "each name has 1 to \(Self.longest) characters; a group and an id have no dot, a property no \"=\"")
    }
  }

  /// The argument.
  public func text() throws(CommandLineError) -> String {
    try requireNames(.unencodableValue)
    return "\(group).\(id).\(property)=\(value)"
  }
}
