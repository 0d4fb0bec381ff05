import QAPI
package import QEMUCommandLine
import QEMUJSON

/// Makes options with random arguments, of each option that there is.
///
/// Texts are drawn over what breaks languages: commas, equals signs, quotes, spaces, line ends, nothing at all.
package struct OptionValues {
  private var values: SchemaValues

  /// Begins a sequence.
  package init(seed: UInt64) { values = SchemaValues(seed: seed, isKnown: true) }

  /// One occurrence of an option; nil where the draw is one that its language cannot say.
  package mutating func occurrence(of option: OptionDeclaration) throws -> Occurrence? {
    guard let type = option.argument else { return Occurrence(flag: option.name) }
    guard let argument = try argument(type) else { return nil }
    let occurrence = Occurrence(option: option.name, argument: argument)
    do throws(CommandLineError) {
      _ = try occurrence.words()
      return occurrence
    } catch {
      // This the library says instead of writing something else.
      guard error.code == .unencodableValue else { throw error }
      return nil
    }
  }

  private mutating func argument(_ type: any OptionArgument.Type) throws -> (any OptionArgument)? {
    switch type {
    case let type as any PropertyListArgument.Type:
      return try type.init(members: members(type.declarations.all), unknownNames: .refused)
    case let type as any SchemaArgument.Type:
      guard let object = values.value(ofType: type.typeName).objectValue else { return nil }
      do throws(CommandLineError) {
        return try type.init(members: object, unknownNames: .refused)
      } catch {
        // Of some options only JSON could say the value, and they take none.
        guard error.code == .unencodableValue else { throw error }
        return nil
      }
    case is PlainText.Type: return PlainText(text())
    case is LogItems.Type: return LogItems((0..<count(3)).map { _ in text() })
    case is CPUModel.Type: return CPUModel(word(), (0..<count(4)).map { _ in feature() })
    case is DeviceOption.Type: return device()
    case is MachineOption.Type: return machine()
    case is Accelerator.Type: return try accelerator()
    case is GlobalProperty.Type: return GlobalProperty(driver: text(), property: text(), value: text())
    case is SetProperty.Type:
      return SetProperty(group: word(), id: text(), property: text(), value: text())
    default: return read(type)
    }
  }

  /// An argument of a language that has no structure to draw: a text that it takes.
  private mutating func read(_ type: any OptionArgument.Type) -> (any OptionArgument)? {
    for _ in 0..<60 {
      let pieces = Self.pieces.shuffled(using: &values.random).prefix(1 + count(2))
      if let argument = try? type.init(text: pieces.joined() + (chance(3) ? text() : "")) { return argument }
    }
    return nil
  }

  private static let pieces = [
    "0", "7", "-3", "0x1000..0x2000", "0x10+0x20,", "0x30-0x10", "none", "null", "pty", "stdio", "vc",
    "vc:80Cx24C",
    "file:", "pipe:", "/dev/ttyS0", "tcp:", "telnet:h:23,", "websocket:", "udp::4555@:4556", "unix:",
    "chardev:",
    "mon:", "h:1,server=on,wait=off", "defer", "exec:cat", "main,", "addr.transport=socket,",
    "addr.type=unix,",
    "addr.path=", "gtk,", "sdl", "vnc=:1,", "egl-headless", "curses,charset=CP437", "std", "cirrus", "reset",
    "shutdown", "800x600", "1024x768x16", "12345678-9abc-def0-1234-56789abcdef0", "on", "off", "90",
    "/tmp/a,b",
  ]
}

// MARK: - Options with properties

extension OptionValues {
  private mutating func members(_ declarations: [any PropertyDeclaration]) -> JSONObject {
    var object = JSONObject()
    for declaration in declarations.shuffled(using: &values.random).prefix(1 + count(5)) {
      let texts = (0..<(declaration.isList ? 1 + count(2) : 1)).compactMap { _ in value(of: declaration) }
      if texts.isEmpty { continue }
      object[declaration.name] = texts.count == 1 ? .string(texts[0]) : .array(texts.map { .string($0) })
    }
    return object
  }

  private mutating func value(of declaration: any PropertyDeclaration) -> String? {
    let words = Self.words(in: .object(declaration.jsonSchema)) + Self.values
    for _ in 0..<30 {
      let value = chance(3) ? text() : words.randomElement(using: &values.random) ?? ""
      if declaration.judge(value) == .valid { return value }
    }
    return words.first { declaration.judge($0) == .valid }
  }

  private static let values = [
    "on", "off", "0", "1", "2", "64", "65535", "128M", "1.5G", "4k", "0x10", "-1", "cd", "utc",
    "2024-02-29T12:00:00",
    "52:54:00:12:34:56", "12345678-9abc-def0-1234-56789abcdef0", "5.0", "auto", "0-3", "::1", "100.5",
  ]

  /// The words that a JSON Schema lists.
  private static func words(in schema: JSON) -> [String] {
    let own = (schema["enum"]?.arrayValue ?? []).compactMap(\.stringValue)
    let deeper = (schema["anyOf"]?.arrayValue ?? []).flatMap(words) + (schema["items"].map(words) ?? [])
    return own + deeper
  }

  private mutating func accelerator() throws -> Accelerator {
    let kinds = Accelerator.declarations.sorted { $0.key < $1.key }
    guard !chance(6), let kind = kinds.randomElement(using: &values.random) else {
      return .other(name: word(), assignments: [Assignment(word(), text())])
    }
    var object: JSONObject = ["accel": .string(kind.key)]
    for member in members(kind.value) { object[member.name] = member.value }
    // A window has no effect beside disable.
    if object["notify-vmexit"]?.stringValue == "disable" { object["notify-window"] = nil }
    return try Accelerator(members: object, unknownNames: .refused)
  }

  private mutating func machine() -> MachineOption {
    var machine = MachineOption(type: text())
    for _ in 0..<count(4) { machine[chance(4) ? "\(word()).\(word())" : word()] = text() }
    return machine
  }

  private mutating func device() -> DeviceOption {
    if chance(4) {
      return DeviceOption(json: ["driver": .string(text()), "list": [1, nil, .string(text())], "n": 7])
    }
    var device = DeviceOption(text(), id: chance(2) ? word() : nil)
    for _ in 0..<count(4) { device[word()] = text() }
    return device
  }

  private mutating func feature() -> CPUModel.Feature {
    switch count(4) {
    case 0: .plus(word())
    case 1: .minus(word())
    case 2: .bare(word())
    default: .assignment(word(), text())
    }
  }
}

// MARK: - Texts

extension OptionValues {
  private mutating func count(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &values.random) }

  /// Returns `true` with the probability of one in a number.
  package mutating func chance(_ oneIn: Int) -> Bool { count(oneIn) == 0 }

  private mutating func word() -> String {
    ["a", "disk0", "x-y", "read_only", "virtio-net", "Q35", "k.v"].randomElement(using: &values.random) ?? "a"
  }

  /// A text that breaks what can be broken; without NUL, which no program can be given.
  package mutating func text() -> String {
    let alphabet: [Character] = [
      ",", "=", "\"", "'", " ", "\n", "é", "\u{1F427}", "a", "/", "{", "}", "\\", "n", "o", "-", ".", ":",
      "#",
    ]
    let texts = [
      "", ",", "=", ",,", "a,b", "a=b,c=d", "{\"a\":1}", "on", "no", "id=x", "-S", "$(x)", "\u{301}",
    ]
    if chance(2) { return texts.randomElement(using: &values.random) ?? "" }
    return String((0..<count(9)).map { _ in alphabet.randomElement(using: &values.random) ?? "a" })
  }
}
