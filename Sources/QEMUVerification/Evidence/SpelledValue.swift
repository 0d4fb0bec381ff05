import QEMUCommandLine
import QEMUJSON

/// A value with all possible meanings of its text.
///
/// QEMU accepts several spellings of a value and shows one of them. The requested and the observed value are both
/// parsed to this type; they agree if they have a common meaning.
struct SpelledValue {
  /// One meaning of a text.
  enum Meaning: Hashable {
    case text(String)
    case path(String)
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case macAddress([UInt8])
    case uuid(String)
    case pciAddress([UInt64])

    fileprivate var isNumber: Bool {
      switch self {
      case .integer, .unsigned: true
      default: false
      }
    }
  }

  let meanings: Set<Meaning>

  private init(meanings: Set<Meaning>) { self.meanings = meanings }

  /// Parses a text of the command line.
  init(_ text: String) {
    meanings = Set(
      [
        .text(text), Self.path(text), Bool(propertyText: text).map(Meaning.bool), Self.number(text),
        MACAddressText.octets(of: text).map(Meaning.macAddress), Self.uuid(text), Self.pciAddress(text),
      ].compactMap(\.self))
  }

  /// Parses a value that QEMU shows.
  init(_ value: JSON) {
    switch value {
    case .string(let text):
      // QEMU shows a text unchanged: `010` is not 8.
      self.init(meanings: SpelledValue(text).meanings.filter { !$0.isNumber })
    case .bool(let value): self.init(meanings: [.bool(value)])
    case .integer(let value): self.init(meanings: [Self.number(value)])
    case .unsigned(let value): self.init(meanings: [.unsigned(value)])
    default: self.init(meanings: [])
    }
  }

  /// Returns whether two values are the same.
  func agrees(with other: SpelledValue) -> Bool { !meanings.isDisjoint(with: other.meanings) }
}

// MARK: - Meanings

extension SpelledValue {
  /// Returns the number of a text in any radix; a size is in bytes.
  private static func number(_ text: String) -> Meaning? {
    if let signed = Int64(propertyText: text) { return number(signed) }
    return UInt64(propertyText: text).map(Meaning.unsigned)
      ?? ByteCount(propertyText: text).map { .unsigned($0.bytes) }
  }

  private static func number(_ value: Int64) -> Meaning {
    UInt64(exactly: value).map(Meaning.unsigned) ?? .integer(value)
  }

  /// Returns a path without repeated slashes, `.`, and a trailing slash.
  private static func path(_ text: String) -> Meaning? {
    guard text.contains("/"), text.firstRange(of: "://") == nil else { return .path(text) }
    let parts = text.split(separator: "/").filter { $0 != "." }
    return .path((text.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/"))
  }

  private static func uuid(_ text: String) -> Meaning? {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    guard groups.map(\.count) == [8, 4, 4, 4, 12], groups.allSatisfy({ $0.allSatisfy(\.isHexDigit) }) else {
      return nil
    }
    return .uuid(text.lowercased())
  }

  /// Returns a PCI address of domain, bus, slot and function: `0000:00:1f.2`, `0:1f.2`.
  private static func pciAddress(_ text: String) -> Meaning? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard 2...3 ~= parts.count, let last = parts.last, last.contains(".") else { return nil }
    let ends = last.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = (parts.dropLast() + ends).map { $0.count <= 4 ? UInt64($0, radix: 16) : nil }.compactMap(
      \.self)
    guard ends.count == 2, numbers.count == parts.count + 1 else { return nil }
    return .pciAddress(parts.count == 2 ? [0] + numbers : numbers)
  }
}

/// The text of a MAC address.
enum MACAddressText {
  /// Parses six octets of one or two digits, separated by colons or dashes; returns nil if the text is not a MAC
  /// address.
  static func octets(of text: String) -> [UInt8]? {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
    let octets = parts.compactMap {
      1...2 ~= $0.count && $0.allSatisfy(\.isHexDigit) ? UInt8($0, radix: 16) : nil
    }
    return parts.count == 6 && octets.count == 6 ? octets : nil
  }

  /// Parses a MAC address of `-nic` and `-net`, which may also be a number, the last three octets.
  static func octets(ofNetworkOption text: String) -> [UInt8]? {
    if let octets = octets(of: text) { return octets }
    guard let number = UInt64(propertyText: text), number <= 0xFF_FFFF else { return nil }
    return [0, 0, 0] + [16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
