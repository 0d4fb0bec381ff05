/// A parser for lines of QEMU's standard error: `PROGRAM: OPTION: warning: MESSAGE`; all but the message is optional.
struct MessageLexer {
  private let locations: [[UInt8]: [[UInt8]]]
  private let program: [UInt8]?
  private let stampsMessages: Bool

  /// Makes a parser.
  /// - Parameters:
  ///   - arguments: the command line, which separates an option in a message from the text after it.
  ///   - program: the binary's file name; a name that begins with `qemu` is recognized without it.
  init(arguments: [String], program: String?) {
    var locations: [[UInt8]: [[UInt8]]] = [:]
    for (index, argument) in arguments.enumerated() where argument.hasPrefix("-") {
      let option = Array(argument.utf8)
      if index + 1 < arguments.count {
        locations[option, default: []].append(option + [space] + Array(arguments[index + 1].utf8))
      }
    }
    self.locations = locations
    self.program = program.map { Array($0.utf8) }
    stampsMessages = arguments.contains("-msg")
  }

  func message(_ line: ArraySlice<UInt8>) -> StandardErrorText.Message {
    var rest = line
    let isPrefixed = dropProgram(&rest)
    let location = isPrefixed ? takeLocation(&rest) : nil
    let severity = takeSeverity(&rest)
    return .init(
      severity: Self.isNote(rest) ? .note : severity,
      location: location.map { String(decoding: $0, as: UTF8.self) },
      lines: [line], body: Array(rest), isPrefixed: isPrefixed)
  }

  /// Drops `qemu-system-x86_64: `, and the prefix that `-msg timestamp=on,guest-name=on` adds.
  private func dropProgram(_ rest: inout ArraySlice<UInt8>) -> Bool {
    if dropName(&rest) { return true }
    let head = rest.prefix(256)
    guard stampsMessages, let found = head.firstStart(of: Self.spacedName, from: head.startIndex) else {
      return false
    }
    var named = rest[(found + 1)...]
    guard dropName(&named) else { return false }
    rest = named
    return true
  }

  private func dropName(_ rest: inout ArraySlice<UInt8>) -> Bool {
    guard let colon = rest.prefix(128).firstIndex(of: UInt8(ascii: ":")) else { return false }
    let name = rest[..<colon]
    guard Self.isName(name) || program.map({ name.elementsEqual($0) }) ?? false else { return false }
    rest = rest[(colon + 1)...]
    if rest.first == space { rest = rest.dropFirst() }
    return true
  }

  private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
    name.elementsEqual("qemu".utf8) || name.starts(with: "qemu-".utf8) && !name.contains(space)
  }

  private static let spacedName = Array(" qemu-".utf8)

  /// Removes an option such as `-drive file=x: ` from the line, and returns it. The longest one of the command line
  /// that matches is used.
  private func takeLocation(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard rest.first == UInt8(ascii: "-") else { return nil }
    let option = rest.prefix { $0 != space && $0 != UInt8(ascii: ":") }
    let known = (locations[Array(option)] ?? []).filter { text in
      // The colon is compared first, because it excludes most options.
      rest.count > text.count && rest[rest.startIndex + text.count] == UInt8(ascii: ":")
        && rest.dropFirst(text.count).starts(with: Self.separator) && rest.starts(with: text)
    }
    let length =
      known.map(\.count).max()
      ?? rest.firstStart(of: Self.separator, from: rest.startIndex).map { $0 - rest.startIndex }
    guard let length else { return nil }
    let location = rest.prefix(length)
    rest = rest.dropFirst(length + 2)
    return location
  }

  private static let separator = Array(": ".utf8)

  private func takeSeverity(_ rest: inout ArraySlice<UInt8>) -> StandardErrorText.Severity {
    for (mark, severity) in Self.marks where rest.starts(with: mark.utf8) {
      rest = rest.dropFirst(mark.utf8.count)
      return severity
    }
    let head = rest.prefix(256)
    let isGLibWarning = Self.glibMarks.contains { head.firstStart(of: $0, from: head.startIndex) != nil }
    return isGLibWarning ? .warning : .error
  }

  private static let glibMarks = [Array("-WARNING **".utf8), Array("-CRITICAL **".utf8)]

  private static let marks: [(String, StandardErrorText.Severity)] = [
    ("warning: ", .warning), ("Warning: ", .warning), ("WARNING: ", .warning), ("info: ", .note),
  ]

  /// Returns whether a message is one of libraries and probes that looks like an error, but does not end QEMU.
  private static func isNote(_ words: ArraySlice<UInt8>) -> Bool { notes.contains { $0.match(words) != nil } }

  private static let notes: [WordPattern] = [
    "ALSA lib *", "alsa: *", "module * not found, do you want to install * package?",
    "Unable to connect character device *",
  ]
}

private let space = UInt8(ascii: " ")
