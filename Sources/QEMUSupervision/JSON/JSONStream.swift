/// The messages in the input of a QMP client, which arrives in any chunks.
///
/// A message ends where its braces and brackets balance. Errors are reported where QEMU reports them, with
/// the text of its error, and reading continues at the character where QEMU continues.
package struct JSONStream: Sendable {
  /// A message or an error.
  package enum Item: Equatable, Sendable {
    /// A whole valid value.
    case message(JSONText)
    /// A syntax error with the description that QEMU gives, which may not be valid UTF-8.
    case error(description: [UInt8])
    /// A message over the limit; nothing follows it.
    case tooLong
  }

  /// The greatest number of braces and brackets that may be open.
  package static let maximumDepth = 1024

  /// The greatest number of bytes of an error, by QEMU's buffer.
  private static let maximumErrorCount = 1023

  private let limit: Int
  private var hasPositions: Bool
  private var input: [UInt8] = []
  private var position = 0
  private var messageStart = 0
  private var tokenStart = 0
  private var state = JSONLexer.State.start
  private var grammar: JSONGrammar
  private var braces = 0
  private var brackets = 0
  private var failure: [UInt8]?
  private var isFailing = false
  private var isTooLong = false
  private var place = JSONPlace()

  /// Creates a stream without input.
  ///
  /// - Parameters:
  ///   - limit: The greatest number of bytes of a message.
  ///   - hasPositions: A Boolean value that indicates whether errors are those of QEMU since 11.1: their
  ///     texts begin with line and column, and they are reported at once, not at the end of the message.
  package init(limit: Int = 1 << 20, hasPositions: Bool = false) {
    self.limit = limit
    self.hasPositions = hasPositions
    grammar = JSONGrammar(hasPositions: hasPositions)
  }

  /// Uses the errors of QEMU since 11.1 or before for the messages to come.
  package mutating func usePositions(_ hasPositions: Bool) {
    self.hasPositions = hasPositions
    if isBetweenMessages { grammar = JSONGrammar(hasPositions: hasPositions) }
  }

  /// A Boolean value that indicates whether no message has begun.
  package var isBetweenMessages: Bool { state == .start && braces == 0 && brackets == 0 && !isFailing }

  /// The number of bytes that are kept.
  package var count: Int { input.count }

  /// Appends input.
  package mutating func append(_ bytes: some Sequence<UInt8>) {
    guard !isTooLong else { return }
    discardConsumed()
    input.append(contentsOf: bytes)
  }

  private mutating func discardConsumed() {
    guard messageStart > 0 else { return }
    if messageStart == input.count {
      input = []
    } else {
      input.removeFirst(messageStart)
    }
    position -= messageStart
    tokenStart -= messageStart
    messageStart = 0
  }

  /// Returns the next message or error, or nil if more input is needed.
  package mutating func next() -> Item? {
    while position < input.count, !isTooLong {
      if state == .doubleQuoted { skipPlainCharacters() }
      guard position - messageStart <= limit else { return refuseTooLong() }
      if position < input.count, let item = step() { return item }
    }
    return nil
  }

  /// Skips the characters of a string that cannot end it.
  private mutating func skipPlainCharacters() {
    let start = position
    let end = input[start...].firstIndex {
      $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || !(0x20...0xFD).contains($0)
    }
    position = end ?? input.count
    place.advance(by: position - start)
  }

  private mutating func step() -> Item? {
    let byte = input[position]
    switch JSONLexer.step(state, byte) {
    case .state(let next):
      consume(byte)
      state = next
      if next == .start || next == .recovery { skipped() }
      guard position - messageStart <= limit else { return refuseTooLong() }
    case .token(let token):
      consume(byte)
      guard position - messageStart <= limit else { return refuseTooLong() }
      state = token == .stray ? .recovery : .start
      return end(token)
    case .tokenBefore(let token):
      state = .start
      defer { place.beginToken(isLookahead: true) }
      return end(token)
    case .startBefore:
      state = .start
      tokenStart = position
      place.beginToken(isLookahead: true)
    }
    return nil
  }

  private mutating func consume(_ byte: UInt8) {
    position += 1
    place.advance(byte)
  }

  /// Notes that the bytes up to the position belong to no token.
  private mutating func skipped() {
    tokenStart = position
    place.beginToken(isLookahead: false)
    if (braces == 0 && brackets == 0) || isFailing { messageStart = position }
  }

  private mutating func refuseTooLong() -> Item {
    isTooLong = true
    input = []
    (position, messageStart, tokenStart) = (0, 0, 0)
    return .tooLong
  }

  /// Ends a token, and returns the message or error that it completes.
  private mutating func end(_ token: JSONLexer.Token) -> Item? {
    let text = input[tokenStart..<position]
    defer {
      tokenStart = position
      place.beginToken(isLookahead: false)
    }
    count(token)
    guard token != .stray else { return endStray(text) }
    guard braces + brackets <= Self.maximumDepth else { return endTooDeep() }
    if failure == nil, !isFailing, let error = grammar.check(token, text) { fail(error) }
    let isOpen = (braces > 0 || brackets > 0) && braces >= 0 && brackets >= 0
    if isOpen {
      if isFailing { messageStart = position }
      return hasPositions ? takeFailure() : nil
    }
    let result = takeFailure() ?? (isFailing ? nil : .message(message))
    resetMessage()
    return result
  }

  private var message: JSONText { JSONText(unchecked: Array(input[messageStart..<position])[...]) }

  private mutating func count(_ token: JSONLexer.Token) {
    switch token {
    case .openBrace: braces += 1
    case .closeBrace: braces -= 1
    case .openBracket: brackets += 1
    case .closeBracket: brackets -= 1
    default: break
    }
  }

  private mutating func fail(_ error: [UInt8]) {
    failure =
      place.prefix(hasPositions) + Array("JSON parse error, ".utf8) + error.prefix(Self.maximumErrorCount)
    isFailing = true
  }

  private mutating func takeFailure() -> Item? {
    defer { failure = nil }
    return failure.map { .error(description: $0) }
  }

  private mutating func endStray(_ text: ArraySlice<UInt8>) -> Item? {
    // QEMU's text ends at a NUL.
    let shown = text.prefix { $0 != 0 }
    let isReported = !(hasPositions && isFailing)
    let error = Array("stray '".utf8) + shown + Array("'".utf8)
    let text =
      place.prefix(hasPositions) + Array("JSON parse error, ".utf8)
      + (hasPositions ? error.prefix(Self.maximumErrorCount) : error[...])
    failure = nil
    resetMessage()
    return isReported ? .error(description: text) : nil
  }

  private mutating func endTooDeep() -> Item? {
    let isReported = !(hasPositions && isFailing)
    failure = nil
    if hasPositions {
      isFailing = true
      messageStart = position
    } else {
      resetMessage()
    }
    return isReported ? .error(description: Array("JSON nesting depth limit exceeded".utf8)) : nil
  }

  private mutating func resetMessage() {
    (braces, brackets, isFailing) = (0, 0, false)
    messageStart = position
    grammar.reset()
  }
}

/// The line and the column of the input.
private struct JSONPlace: Sendable {
  private var line = 1
  private var column = 1
  private var tokenLine = 1
  private var tokenColumn = 1

  mutating func advance(_ byte: UInt8) {
    column &+= 1
    guard byte == UInt8(ascii: "\n") else { return }
    line &+= 1
    column = 1
  }

  /// Advances by characters that are no line ends.
  mutating func advance(by count: Int) { column &+= count }

  /// Begins a token at the next character.
  ///
  /// QEMU counts a character twice if it ended a token and is read again.
  mutating func beginToken(isLookahead: Bool) {
    tokenLine = line
    tokenColumn = isLookahead ? column &+ 1 : column
  }

  func prefix(_ isShown: Bool) -> [UInt8] { isShown ? Array("\(tokenLine):\(tokenColumn): ".utf8) : [] }
}
