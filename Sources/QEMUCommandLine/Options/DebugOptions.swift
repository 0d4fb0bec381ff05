/// The items that QEMU logs, and patterns of trace events.
///
/// QEMU: `-d ITEM[,ITEM…]`
public struct LogItems: DedicatedArgument {
  /// The option's name.
  public static let option = "d"
  /// The items, such as `guest_errors`, `int` and `trace:qcow2_*`.
  public var items: [String]

  /// Creates an argument from items.
  public init(_ items: [String]) { self.items = items }

  /// Creates an argument from its text; the valid items depend on the binary.
  public init(text: String, unknownNames: UnknownNames) {
    let words = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    items = text.isEmpty ? [] : words.map { String(Substring($0)) }
  }

  /// Returns the argument.
  public func text() throws(CommandLineError) -> String {
    for item in items where item.utf8.contains(UInt8(ascii: ",")) || items == [""] {
      throw CommandLineError(
        .unencodableValue, "-d cannot have the item \"\(item.prefix(80))\"",
        remedy: "write each item separately, without a comma")
    }
    return items.joined(separator: ",")
  }
}

/// The ranges of addresses to which the log is limited.
///
/// QEMU: `-dfilter START..END | START+SIZE | START-SIZE[,…]`
public struct AddressFilter: DedicatedArgument {
  /// The option's name.
  public static let option = "dfilter"
  /// The ranges, each with its last address.
  public var ranges: [ClosedRange<UInt64>]

  /// Creates a filter from ranges.
  public init(_ ranges: [ClosedRange<UInt64>]) { self.ranges = ranges }

  /// Creates a filter from its text.
  public init(text: String, unknownNames: UnknownNames) throws(CommandLineError) {
    ranges = []
    var column = 1
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let range = Self.range(word) else {
        throw CommandLineError(
          .malformedValue, "\"\(word.prefix(80))\" is not a range of addresses", at: .init(column: column),
          remedy: "write START..END, START+SIZE or START-SIZE, such as 0x8000..0x8fff")
      }
      ranges.append(range)
      column += word.unicodeScalars.count + 1
    }
  }

  private static func range(_ word: Substring) -> ClosedRange<UInt64>? {
    for separator in ["..", "+", "-"] {
      guard let place = word.firstRange(of: separator) else { continue }
      guard let start = readInteger(String(word[..<place.lowerBound]), as: UInt64.self),
        let other = readInteger(String(word[place.upperBound...]), as: UInt64.self)
      else { return nil }
      return bounds(start, separator, other)
    }
    return nil
  }

  private static func bounds(_ start: UInt64, _ separator: String, _ other: UInt64) -> ClosedRange<UInt64>? {
    switch separator {
    case "..": return start <= other ? start...other : nil
    case "+":
      let (end, overflow) = start.addingReportingOverflow(other &- 1)
      return other == 0 || overflow ? nil : start...end
    default:
      let (first, overflow) = start.subtractingReportingOverflow(other &- 1)
      return other == 0 || overflow ? nil : first...start
    }
  }

  /// Returns the argument.
  public func text() -> String {
    ranges.map { "0x\(String($0.lowerBound, radix: 16))..0x\(String($0.upperBound, radix: 16))" }
      .joined(separator: ",")
  }
}
