import QEMUJSON

/// The schema as data: its commands, events and types with their members and the releases that have them.
///
/// It is for tools that get the name of a command at run time: checks of arguments, completion, help. A lookup reads
/// one line of text and caches nothing.
public enum QAPISchema {
  /// A command.
  public struct Command: Sendable, Hashable {
    /// The wire name.
    public let name: String
    /// The arguments.
    public let arguments: Shape
    /// The type of the reply; nil if it is an empty object.
    public let answer: TypeReference?
    /// A Boolean value that indicates whether QEMU accepts it as `exec-oob`.
    public let isOutOfBandAllowed: Bool
    /// A Boolean value that indicates whether QEMU accepts it before machine initialization (`-preconfig`).
    public let isPreconfigAllowed: Bool
    /// The releases and builds of QEMU that have it.
    public let availability: QAPIAvailability
  }

  /// An event.
  public struct Event: Sendable, Hashable {
    /// The wire name.
    public let name: String
    /// The data.
    public let data: Shape
    /// The releases and builds of QEMU that have it.
    public let availability: QAPIAvailability
  }

  /// A type.
  public struct TypeDefinition: Sendable, Hashable {
    /// The name in the schema.
    public let name: String
    /// The kind and the contents of the type.
    public let kind: Kind
    /// The releases and builds of QEMU that have it.
    public let availability: QAPIAvailability
  }

  /// The kind and the contents of a type.
  public enum Kind: Sendable, Hashable {
    /// One of these strings.
    case enumeration([Value])
    /// An object.
    case object(Shape)
    /// A value of one of these types, which its JSON type determines.
    case alternate([TypeReference])
  }

  /// The members of an object.
  public struct Shape: Sendable, Hashable {
    /// The members of every such object, those of its bases first.
    public let members: [Member]
    /// The member whose value determines the additional members; nil if there are none.
    public let discriminator: String?
    /// The types with the additional members, by the discriminator's value; other values have none.
    public let branches: [String: String]
    /// A Boolean value that indicates whether there may be members that the schema does not have, such as a device's
    /// properties.
    public let isOpen: Bool
  }

  /// A member of an object.
  public struct Member: Sendable, Hashable {
    /// The wire name.
    public let name: String
    /// The type.
    public let type: TypeReference
    /// A Boolean value that indicates whether it may be absent: in the schema, or in one of the known releases.
    public let isOptional: Bool
    /// The default from QEMU's documentation; nil if that has none.
    public let defaultValue: String?
    /// The releases and builds of QEMU that have it.
    public let availability: QAPIAvailability
  }

  /// A value of an enumeration.
  public struct Value: Sendable, Hashable {
    /// The text of the value.
    public let name: String
    /// The releases and builds of QEMU that have it.
    public let availability: QAPIAvailability
  }

  /// A type by name, or a list of a type.
  public indirect enum TypeReference: Sendable, Hashable, CustomStringConvertible {
    /// A type, or a built-in type: `str`, `bool`, `number`, `int`, `uint8`, `size`, `any`, `null`, ….
    case named(String)
    /// A list.
    case list(TypeReference)

    /// The name, in brackets for a list.
    public var description: String {
      switch self {
      case .named(let name): name
      case .list(let element): "[\(element)]"
      }
    }
  }
}

// MARK: - Lookup

extension QAPISchema {
  /// Returns the command `name`; nil if the generated schema does not have it.
  public static func command(named name: String) -> Command? {
    line(name, in: QAPISchemaText.commands).map { about in
      Command(
        name: name, arguments: Shape(about),
        answer: about["returns"]?.stringValue.map(TypeReference.init(text:)),
        isOutOfBandAllowed: about["oob"] == true, isPreconfigAllowed: about["preconfig"] == true,
        availability: QAPIAvailability(about))
    }
  }

  /// Returns the event `name`; nil if the generated schema does not have it.
  public static func event(named name: String) -> Event? {
    line(name, in: QAPISchemaText.events).map {
      Event(name: name, data: Shape($0), availability: QAPIAvailability($0))
    }
  }

  /// Returns the type `name`; nil if the generated schema does not have it, and for built-in types.
  public static func type(named name: String) -> TypeDefinition? {
    line(name, in: QAPISchemaText.types).map {
      TypeDefinition(name: name, kind: Kind($0), availability: QAPIAvailability($0))
    }
  }

  /// Returns the JSON object after a name in one of the texts.
  private static func line(_ name: String, in text: StaticString) -> JSONObject? {
    let lines = SortedLines(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    guard let line = lines.line(behind: Array("\(name)\t".utf8)) else { return nil }
    return (try? JSON.parse(Array(line)))?.objectValue
  }
}

/// Lines that are sorted by their bytes, each after a line end.
private struct SortedLines {
  private let bytes: UnsafeBufferPointer<UInt8>
  private static let lineEnd = UInt8(ascii: "\n")

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Returns the rest of the line that begins with `head`.
  func line(behind head: [UInt8]) -> Slice<UnsafeBufferPointer<UInt8>>? {
    var (low, high) = (bytes.startIndex, bytes.endIndex)
    while low < high {
      let line = line(around: low + (high - low) / 2)
      if line.starts(with: head) { return line.dropFirst(head.count) }
      if line.lexicographicallyPrecedes(head) { low = line.endIndex + 1 } else { high = line.startIndex }
    }
    return nil
  }

  private func line(around index: Int) -> Slice<UnsafeBufferPointer<UInt8>> {
    let start = bytes[..<index].lastIndex(of: Self.lineEnd).map { $0 + 1 } ?? bytes.startIndex
    return bytes[start..<(bytes[index...].firstIndex(of: Self.lineEnd) ?? bytes.endIndex)]
  }
}

// MARK: - Reading

extension QAPISchema.TypeReference {
  fileprivate init(text: String) {
    self = text.first == "[" ? .list(Self(text: String(text.dropFirst().dropLast()))) : .named(text)
  }
}

extension QAPISchema.Shape {
  fileprivate init(_ about: JSONObject) {
    members = (about["members"]?.arrayValue ?? []).compactMap(\.objectValue).map(QAPISchema.Member.init)
    discriminator = about["tag"]?.stringValue
    let pairs = (about["branches"]?.objectValue ?? [:]).map { ($0.name, $0.value.stringValue ?? "") }
    branches = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    isOpen = about["open"] == true
  }
}

extension QAPISchema.Member {
  fileprivate init(_ about: JSONObject) {
    name = about["name"]?.stringValue ?? ""
    type = QAPISchema.TypeReference(text: about["type"]?.stringValue ?? "any")
    isOptional = about["optional"] == true
    defaultValue = about["default"]?.stringValue
    availability = QAPIAvailability(about)
  }
}

extension QAPISchema.Kind {
  fileprivate init(_ about: JSONObject) {
    if let values = about["values"]?.arrayValue {
      self = .enumeration(
        values.compactMap(\.objectValue).map {
          QAPISchema.Value(name: $0["name"]?.stringValue ?? "", availability: QAPIAvailability($0))
        })
    } else if let forms = about["forms"]?.arrayValue {
      self = .alternate(forms.compactMap(\.stringValue).map(QAPISchema.TypeReference.init(text:)))
    } else {
      self = .object(QAPISchema.Shape(about))
    }
  }
}

extension QAPIAvailability {
  fileprivate init(_ about: JSONObject) {
    let texts = { (name: String) in about[name]?.arrayValue?.compactMap(\.stringValue) }
    self.init(
      since: about["since"]?.stringValue, presentIn: texts("in") ?? Self.knownReleases,
      features: texts("features") ?? [], condition: about["if"]?.stringValue)
  }
}
