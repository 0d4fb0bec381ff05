/// The initial time of the guest's clock.
public enum RTCBase: PropertyValue {
  /// The time in UTC.
  case utc
  /// The time in the host's time zone.
  case localTime
  /// A date, `2006-06-17T16:01:21` or `2006-06-17`.
  case date(String)

  /// The description of valid values.
  public static var expectation: String { "utc, localtime or a date such as 2006-06-17T16:01:21" }
  /// Creates a base from its text.
  public init?(propertyText: String) {
    switch propertyText {
    case "utc": self = .utc
    case "localtime": self = .localTime
    default:
      guard Self.isDate(propertyText) else { return nil }
      self = .date(propertyText)
    }
  }
  /// The text of the base.
  public var propertyText: String {
    switch self {
    case .utc: "utc"
    case .localTime: "localtime"
    case .date(let date): date
    }
  }

  /// Returns whether a text has three numbers, and optionally three more after a T.
  private static func isDate(_ text: String) -> Bool {
    let halves = text.split(separator: "T", omittingEmptySubsequences: false)
    let isNumbers = { (half: Substring, separator: Character) in
      let numbers = half.split(separator: separator, omittingEmptySubsequences: false)
      return numbers.count == 3
        && numbers.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }
    }
    guard let date = halves.first, isNumbers(date, "-") else { return false }
    return halves.count == 1 || halves.count == 2 && isNumbers(halves[1], ":")
  }
}

/// The time of an instruction: two to this power nanoseconds.
public enum InstructionShift: PropertyValue {
  /// Chosen by QEMU to keep the guest close to real time.
  case automatic
  /// Two to this power nanoseconds.
  case power(UInt8)

  /// The description of valid values.
  public static var expectation: String { "auto or a number from 0 to 10" }
  /// Creates a shift from its text.
  public init?(propertyText: String) {
    if propertyText == "auto" {
      self = .automatic
    } else if let power = readInteger(propertyText, as: UInt8.self), power <= 10 {
      self = .power(power)
    } else {
      return nil
    }
  }
  /// The text of the shift.
  public var propertyText: String {
    switch self {
    case .automatic: "auto"
    case .power(let power): String(power)
    }
  }
}
