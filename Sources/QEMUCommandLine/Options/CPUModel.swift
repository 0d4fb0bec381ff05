public import QEMUJSON

/// The CPU model and its features.
///
/// QEMU: `-cpu MODEL[,+FEATURE|,-FEATURE|,FEATURE=VALUE…]`; there is no way to write a comma.
public struct CPUModel: DedicatedArgument {
  /// The option's name.
  public static let option = "cpu"

  /// A feature as it was written.
  public enum Feature: Sendable, Hashable {
    /// `+name`
    case plus(String)
    /// `-name`
    case minus(String)
    /// `name=value`
    case assignment(String, String)
    /// `name`, which QEMU reads as `name=on`.
    case bare(String)

    /// The feature's name without its sign.
    public var name: String {
      switch self {
      case .plus(let name), .minus(let name), .bare(let name), .assignment(let name, _): name
      }
    }

    /// The requested value as text: `on`, `off`, or the value of an assignment.
    public var value: String {
      switch self {
      case .plus, .bare: "on"
      case .minus: "off"
      case .assignment(_, let value): value
      }
    }

    fileprivate var text: String {
      switch self {
      case .plus(let name): "+\(name)"
      case .minus(let name): "-\(name)"
      case .assignment(let name, let value): "\(name)=\(value)"
      case .bare(let name): name
      }
    }
  }

  /// The model's name.
  public var model: String
  /// The features in order.
  public var features: [Feature]

  /// Creates a CPU model with features.
  public init(_ model: String, _ features: [Feature] = []) {
    self.model = model
    self.features = features
  }

  /// Creates a CPU model from the argument of `-cpu`.
  /// - Throws: ``CommandLineError`` `malformedText` if there is no model.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    let bytes = text.utf8Span.span
    let end = Self.endOfWord(bytes, from: 0)
    if end == 0 {
      throw CommandLineError(
        .malformedText, "-cpu has no CPU model", at: .init(column: 1),
        remedy: "write -cpu MODEL, such as -cpu max")
    }
    model = Self.text(bytes.extracting(0..<end))
    features = []
    var position = end + 1
    while position < bytes.count {
      let end = Self.endOfWord(bytes, from: position)
      if end > position { features.append(Self.feature(bytes.extracting(position..<end))) }
      position = end + 1
    }
  }

  private static func endOfWord(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position < bytes.count, bytes[position] != UInt8(ascii: ",") { position += 1 }
    return position
  }

  private static func text(_ bytes: Span<UInt8>) -> String { String(copying: UTF8Span(unchecked: bytes)) }

  private static func feature(_ word: Span<UInt8>) -> Feature {
    if word[0] == UInt8(ascii: "+") { return .plus(text(word.extracting(1..<word.count))) }
    if word[0] == UInt8(ascii: "-") { return .minus(text(word.extracting(1..<word.count))) }
    for index in word.indices where word[index] == UInt8(ascii: "=") {
      return .assignment(
        text(word.extracting(0..<index)), text(word.extracting((index + 1)..<word.count)))
    }
    return .bare(text(word))
  }

  /// Returns the argument of `-cpu`.
  /// - Throws: ``CommandLineError`` `unencodableValue` for a comma, which this option has no escape for.
  public func text() throws(CommandLineError) -> String {
    var text = ""
    try Self.append(model, to: &text)
    for feature in features {
      try Self.requireExpressible(feature)
      text += ","
      try Self.append(feature.text, to: &text)
    }
    return text
  }

  private static func append(_ word: String, to text: inout String) throws(CommandLineError) {
    if word.isEmpty || word.hasByte(UInt8(ascii: ",")) || word.hasByte(0) {
      throw unencodable(word, "remove the comma or NUL character; a model and a feature need a name")
    }
    text += word
  }

  /// Throws an error for a name with a sign or an equals sign, which are syntax: it would be read as another feature.
  private static func requireExpressible(_ feature: Feature) throws(CommandLineError) {
    switch feature {
    case .plus, .minus: return
    case .assignment(let name, _), .bare(let name):
      let bytes = name.utf8
      guard let first = bytes.first,
        first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
          || bytes.contains(UInt8(ascii: "="))
      else { return }
      throw unencodable(name, "write the feature without its sign and value")
    }
  }

  private static func unencodable(_ word: String, _ remedy: String) -> CommandLineError {
    CommandLineError(
      .unencodableValue, "-cpu cannot represent \"\(word.prefix(80))\"", at: .init(option: "cpu"),
      remedy: remedy)
  }
}

// MARK: - Documents

extension CPUModel {
  /// The model, and the value of each feature; nil if a feature has a sign, which has a higher precedence than a value.
  public var members: JSONObject? {
    var object: JSONObject = ["model": .string(model)]
    for feature in features {
      switch feature {
      case .plus, .minus: return nil
      case .bare, .assignment:
        if object[feature.name] != nil { return nil }
        object[feature.name] = memberObject(of: [Assignment(feature.name, feature.value)])[feature.name]
      }
    }
    return object
  }

  /// Creates a CPU model from a document's mapping, with the model as `model`.
  public init(members: JSONObject, unknownNames: UnknownNames) throws(CommandLineError) {
    let assignments = try textAssignments(of: members)
    guard let model = assignments.first(where: { $0.name == "model" }) else {
      throw CommandLineError(
        .malformedText, "the mapping has no CPU model", remedy: "write the model as \"model\", such as max")
    }
    self.init(
      model.text, assignments.filter { $0.name != "model" }.map { .assignment($0.name, $0.text) })
  }
}

// MARK: - Effective settings

extension CPUModel {
  /// The effective value of each feature, as in QEMU for x86: `-name` overrides `+name`, and both override
  /// `name=value`, in any order; else the last has effect. `sse4_1`, `sse4-1` and `sse4.1` are the same feature, which
  /// has its last name.
  public var settings: [Assignment] {
    var places: [String: Int] = [:]
    var settings: [(rank: Int, assignment: Assignment)] = []
    for feature in features {
      let setting = (feature.rank, Assignment(feature.name, feature.value))
      guard let place = places[feature.canonicalName] else {
        places[feature.canonicalName] = settings.count
        settings.append(setting)
        continue
      }
      if feature.rank >= settings[place].rank { settings[place] = setting }
    }
    return settings.map(\.assignment)
  }
}

extension CPUModel.Feature {
  /// The feature's name without its sign, with dashes: names that differ only in `_`, `-` and `.` mean the same
  /// feature.
  public var canonicalName: String {
    String(
      decoding: name.utf8.map {
        [UInt8(ascii: "_"), UInt8(ascii: ".")].contains($0) ? UInt8(ascii: "-") : $0
      }, as: UTF8.self)
  }

  fileprivate var rank: Int {
    switch self {
    case .assignment, .bare: 0
    case .plus: 1
    case .minus: 2
    }
  }
}
