import ArgumentParser
import Glibc

/// The use of colour in the output.
enum ColorMode: String, ExpressibleByArgument, CaseIterable {
  /// Colour on a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
  case auto
  case always
  case never
}

/// The terminal on standard output or standard error.
enum Terminal {
  /// The number of columns of the terminal on standard output; nil for another file, or if the terminal reports none.
  static var columns: Int? { isatty(STDOUT_FILENO) != 0 ? columns(of: STDOUT_FILENO) : nil }

  /// Returns the number of columns of a terminal: `COLUMNS` if it is set, else what the kernel reports.
  static func columns(of descriptor: Int32) -> Int? {
    if let columns = variable("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// A Boolean value that indicates whether the output has colours.
  static let hasColor: Bool =
    switch ProgramArguments.value(ofOption: "--color").flatMap(ColorMode.init(rawValue:)) ?? .auto {
    case .always: true
    case .never: false
    case .auto:
      isatty(STDOUT_FILENO) != 0 && variable("NO_COLOR") == nil && variable("TERM") != "dumb"
    }

  /// Returns the value of an environment variable; nil if it is unset or empty.
  static func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}

/// The colour of a verdict, as a terminal's code.
enum VerdictColor: Int {
  case red = 31
  case green = 32
  case yellow = 33

  /// Returns the colour of a verdict; nil if it has none.
  init?(_ verdict: some StringProtocol) {
    switch verdict {
    case "confirmed", "resolved": self = .green
    case "fell-back", "unproven", "unobserved": self = .yellow
    case "drifted": self = .red
    default: return nil
    }
  }

  /// Returns a text in the colour of its first word; unchanged if the output has no colours.
  static func paint(_ text: String) -> String {
    guard Terminal.hasColor, let color = VerdictColor(text.prefix { $0 != " " }) else { return text }
    return "\u{1b}[\(color.rawValue)m\(text)\u{1b}[0m"
  }
}
