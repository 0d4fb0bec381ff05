import QEMUCommandLine
import QEMUJSON

/// One occurrence of an option, for its checks.
struct RequestedOption: Sendable {
  let occurrence: Occurrence
  /// The index among the options of its name, from 0.
  let index: Int
  /// The index among all options, from 0.
  let position: Int

  var option: String { occurrence.option }

  /// The properties by name; nil if it has none.
  private let members: JSONObject?

  init(occurrence: Occurrence, index: Int, position: Int = 0) {
    self.occurrence = occurrence
    self.index = index
    self.position = position
    members = occurrence.argument?.members
  }

  /// Its id, or its index if it has no id.
  var instance: String { occurrence.id ?? String(index) }

  /// The text of a property; nil if it is absent, or is not a scalar.
  subscript(property: String) -> String? { members?[property].flatMap(scalar) }

  /// Returns the number of elements of a list property; nil if it is not a list.
  func elementCount(of property: String) -> Int? { members?[property]?.arrayValue?.count }

  /// Returns whether a property's value is a secret.
  func isSecret(_ property: String) -> Bool { Redaction.isSecret(property, of: option) }

  /// The properties, each once; nested ones and the elements of lists have a dotted path. The name is empty if the
  /// option has only a text.
  var properties: [(name: String, wanted: String)] {
    guard let argument = occurrence.argument else { return [("", "on")] }
    if let global = argument as? GlobalProperty {
      return [("\(global.driver).\(global.property)", global.value)]
    }
    guard let members else { return [("", (try? argument.text()) ?? "")] }
    return members.flatMap { flatten(isRepeated($0.value) ? lastOf($0.value) : $0.value, $0.name) }
  }

  /// Returns whether a value is that of a repeated property of `-device`, of which QEMU uses the last one; in JSON it
  /// is a list.
  private func isRepeated(_ value: JSON) -> Bool {
    guard let device = occurrence.argument as? DeviceOption, value.arrayValue != nil else { return false }
    if case .json = device.form { return false }
    return true
  }

  private func lastOf(_ value: JSON) -> JSON { value.arrayValue?.last ?? value }

  private func flatten(_ value: JSON, _ path: String) -> [(name: String, wanted: String)] {
    switch value {
    case .object(let object): object.flatMap { flatten($0.value, "\(path).\($0.name)") }
    case .array(let elements): elements.enumerated().flatMap { flatten($0.element, "\(path).\($0.offset)") }
    default: [(path, value.commandLineText)]
    }
  }

  private func scalar(_ value: JSON) -> String? {
    switch value {
    case .object, .array, .null: nil
    default: value.commandLineText
    }
  }
}

/// The checks of the properties of one option.
struct OptionChecks: Sendable {
  /// The check of a property by its name; the name is empty if the option has a single value.
  let check: @Sendable (_ property: String, _ of: RequestedOption) -> Check

  init(_ check: @escaping @Sendable (_ property: String, _ of: RequestedOption) -> Check) {
    self.check = check
  }

  /// Creates the checks of an option from those of its properties; other properties are unobservable for the reason.
  init(_ checks: [String: @Sendable (RequestedOption) -> Check], else reason: String) {
    self.init { property, requested in checks[property]?(requested) ?? unobservable(reason) }
  }
}
