import QEMUJSON

/// The schema as data: what there is, with which members of which types, and since when.
///
/// It serves tools that learn of a command at run time: checks of arguments, completion, help. Looking something up reads
/// one line of text and keeps nothing.
public enum QAPISchema {
  /// A command.
  public struct Command: Sendable, Hashable {
    /// The wire name.
    public let name: String
    /// The arguments.
    public let arguments: Shape
    /// The type of the answer; nil where there is none but an empty object.
    public let answer: TypeReference?
    /// Whether QEMU takes it as `exec-oob`.
    public let isOutOfBandAllowed: Bool
    /// Whether QEMU takes it before the machine is made (`-preconfig`).
    public let isPreconfigAllowed: Bool
    /// Which QEMU has it.
    public let availability: QAPIAvailability
  }

  /// An event.
  public struct Event: Sendable, Hashable {
    /// The wire name.
    public let name: String
    /// The data.
    public let data: Shape
    /// Which QEMU has it.
    public let availability: QAPIAvailability
  }

  /// A type.
  public struct TypeDefinition: Sendable, Hashable {
    /// The name in the schema.
    public let name: String
    /// What it consists of.
    public let kind: Kind
    /// Which QEMU has it.
    public let availability: QAPIAvailability
  }

  /// What a type consists of.
  public enum Kind: Sendable, Hashable {
    /// A string, one of these.
    case enumeration([Value])
    /// An object.
    case object(Shape)
    /// A value of one of these types, told apart by its JSON type.
    case alternate([TypeReference])
  }

  /// The members of an object.
  public struct Shape: Sendable, Hashable {
    /// The members that every such object has, those of its bases first.
    public let members: [Member]
    /// The member whose value says which further members there are; nil where there are none.
    public let discriminator: String?
    /// The type that adds its members, by the discriminator's value; a value that is not here adds none.
    public let branches: [String: String]
    /// Whether there may be members that the schema does not name, such as a device's properties.
    public let isOpen: Bool
  }

  /// A member of an object.
  public struct Member: Sendable, Hashable {
    /// The wire name.
    public let name: String
    /// The type.
    public let type: TypeReference
    /// Whether it may be absent: in the schema, or in one of the known releases.
    public let isOptional: Bool
    /// What QEMU takes where it is absent, as its documentation says it; nil where it does not say.
    public let defaultValue: String?
    /// Which QEMU has it.
    public let availability: QAPIAvailability
  }

  /// A value of an enumeration.
  public struct Value: Sendable, Hashable {
    /// The value as the wire spells it.
    public let name: String
    /// Which QEMU has it.
    public let availability: QAPIAvailability
  }

  /// The name of a type, or a list of one.
  public indirect enum TypeReference: Sendable, Hashable, CustomStringConvertible {
    /// A type, or one that is built in: `str`, `bool`, `number`, `int`, `uint8`, `size`, `any`, `null`, ….
    case named(String)
    /// A list.
    case list(TypeReference)

    /// The name, in brackets where it is a list.
    public var description: String {
      switch self {
      case .named(let name): name
      case .list(let element): "[\(element)]"
      }
    }
  }
}

// MARK: - Looking up

extension QAPISchema {
  /// The command `name`; nil where it was not known when this was generated.
  public static func command(named name: String) -> Command? {
    line(name, in: QAPISchemaText.commands).map { about in
      Command(
        name: name, arguments: Shape(about),
        answer: about["returns"]?.stringValue.map(TypeReference.init(text:)),
        isOutOfBandAllowed: about["oob"] == true, isPreconfigAllowed: about["preconfig"] == true,
        availability: QAPIAvailability(about))
    }
  }

  /// The event `name`; nil where it was not known when this was generated.
  public static func event(named name: String) -> Event? {
    line(name, in: QAPISchemaText.events).map {
      Event(name: name, data: Shape($0), availability: QAPIAvailability($0))
    }
  }

  /// The type `name`; nil where it was not known when this was generated, and for the built-in ones.
  public static func type(named name: String) -> TypeDefinition? {
    line(name, in: QAPISchemaText.types).map {
      TypeDefinition(name: name, kind: Kind($0), availability: QAPIAvailability($0))
    }
  }

  /// What stands behind a name in one of the texts.
  private static func line(_ name: String, in text: StaticString) -> JSONObject? {
    let lines = SortedLines(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    guard let line = lines.line(behind: Array("\(name)\t".utf8)) else { return nil }
    return (try? JSON.parse(Array(line)))?.objectValue
  }
}

/// Lines that are sorted by the bytes at their beginnings, each after a line end.
private struct SortedLines {
  private let bytes: UnsafeBufferPointer<UInt8>
  private static let lineEnd = UInt8(ascii: "\n")

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// What follows `head` on the line that begins with it.
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
