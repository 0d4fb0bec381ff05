import QEMUSupervision
import Testing

/// One input, and QEMU's answers to it; `~` stands for `JSON parse error, `.
struct RecordedSyntax: Sendable {
  let input: [UInt8]
  let since7: [String]
  let since11: [String]

  /// - Parameter input: The bytes as characters up to U+00FF.
  init(_ input: String, since7: [String], since11: [String]) {
    self.input = input.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    (self.since7, self.since11) = (since7, since11)
  }
}

@Suite("JSON stream") struct JSONStreamTests {
  private static let negotiation = Array(#"{"execute":"qmp_capabilities"}"#.utf8)

  /// Returns the messages and errors of an input that arrives in chunks.
  private func items(
    _ input: [UInt8], hasPositions: Bool, chunk: (Int) -> Int = { _ in 1 }
  ) -> [String] {
    var stream = JSONStream(hasPositions: hasPositions)
    var items: [String] = []
    var rest = (Self.negotiation + input)[...]
    while !rest.isEmpty {
      let size = min(rest.count, chunk(rest.count))
      stream.append(rest.prefix(size))
      rest = rest.dropFirst(size)
      while let item = stream.next() { items.append(text(item)) }
    }
    #expect(items.first == ".")
    return Array(items.dropFirst())
  }

  private func text(_ item: JSONStream.Item) -> String {
    switch item {
    case .message: "."
    case .tooLong: "too long"
    // As the client sees it: what is not UTF-8 is replaced.
    case .error(let description): JSONText.string(description).string ?? ""
    }
  }

  private func expanded(_ texts: [String]) -> [String] {
    texts.map { text in
      text.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false).joined(
        separator: "JSON parse error, ")
    }
  }

  @Test("reports the errors that QEMU 7.2 and 10.0 report", arguments: recordedTokens + recordedErrors)
  func errorsSince7(recorded: RecordedSyntax) {
    #expect(items(recorded.input, hasPositions: false) == expanded(recorded.since7))
  }

  @Test("reports the errors and positions that QEMU 11.1 reports", arguments: recordedTokens + recordedErrors)
  func errorsSince11(recorded: RecordedSyntax) {
    #expect(items(recorded.input, hasPositions: true) == expanded(recorded.since11))
  }

  @Test("gives the same messages for any chunks", arguments: [false, true])
  func chunks(hasPositions: Bool) {
    var random = SeededRandom(seed: 7)
    let recorded = recordedTokens + recordedErrors
    let input = recorded.flatMap { $0.input + Array("\n".utf8) }
    let expected = items(input, hasPositions: hasPositions) { $0 }
    #expect(expected.count > recorded.count)
    for _ in 0..<50 {
      #expect(
        items(input, hasPositions: hasPositions) { _ in Int.random(in: 1...40, using: &random) } == expected)
    }
  }

  @Test("cuts long errors where QEMU cuts them") func longErrors() {
    let letters = String(repeating: "k", count: 1500)
    let beginning = "JSON parse error, "
    let keyword = String("invalid keyword '\(letters)'".prefix(1023))
    #expect(items(Array("\(letters)\n".utf8), hasPositions: false) == [beginning + keyword])
    #expect(items(Array("\(letters)\n".utf8), hasPositions: true) == ["1:31: " + beginning + keyword])
    let stray = "stray '\"\(letters)\n'"
    #expect(items(Array("\"\(letters)\n".utf8), hasPositions: false) == [beginning + stray])
    #expect(
      items(Array("\"\(letters)\n".utf8), hasPositions: true)
        == ["1:31: " + beginning + String(stray.prefix(1023))])
  }

  @Test("limits the depth to 1024", arguments: [false, true]) func depth(hasPositions: Bool) {
    let open = [UInt8](repeating: UInt8(ascii: "["), count: 1025)
    let close = [UInt8](repeating: UInt8(ascii: "]"), count: 1025)
    #expect(items(open.dropLast() + close.dropLast(), hasPositions: hasPositions) == ["."])
    let deep = items(open + close + Array("{}".utf8), hasPositions: hasPositions)
    #expect(deep.first == "JSON nesting depth limit exceeded")
    #expect(deep.count == (hasPositions ? 2 : 1027))
    #expect(deep.last == ".")
  }

  @Test("ends at a message over the limit") func limit() {
    var stream = JSONStream(limit: 10)
    stream.append("[12345678] [123456789] []".utf8)
    #expect(stream.next().map(text) == ".")
    #expect(stream.next() == .tooLong)
    stream.append("[]".utf8)
    #expect(stream.next() == nil)
    #expect(stream.count == 0)
  }

  @Test("ends at a long string that arrives in parts", arguments: [1, 3, 1000]) func longString(size: Int) {
    var stream = JSONStream(limit: 100)
    stream.append("[\"".utf8)
    var items: [JSONStream.Item] = []
    for _ in 0..<200 {
      stream.append(repeatElement(UInt8(ascii: "x"), count: size))
      while let item = stream.next() { items.append(item) }
    }
    #expect(items == [.tooLong])
    #expect(stream.count == 0)
  }

  @Test("keeps no bytes of what is skipped", arguments: [false, true]) func skips(hasPositions: Bool) {
    var stream = JSONStream(limit: 100, hasPositions: hasPositions)
    stream.append("[foo ".utf8)
    for _ in 0..<1000 {
      stream.append(" [1, 2, 3] \"four\" ".utf8)
      while let item = stream.next() { #expect(item != .tooLong) }
      #expect(stream.count < 100)
      stream.append(repeatElement(UInt8(ascii: " "), count: 90))
      while let item = stream.next() { #expect(item != .tooLong) }
      #expect(stream.count < 100)
    }
  }

  @Test("survives random input", arguments: 0..<8) func randomInput(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let alphabet =
      Array(#"{}[]:,"'\u0019.-+eEtrufalsn%@ "#.utf8) + [0, 9, 10, 13, 0x80, 0xC3, 0xE2, 0xFE, 0xFF]
    var stream = JSONStream(limit: 1000, hasPositions: seed % 2 == 0)
    for _ in 0..<20_000 {
      stream.append(
        (0..<Int.random(in: 0...8, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 })
      while let item = stream.next() {
        guard case .message(let message) = item else { continue }
        #expect(JSONText(message.bytes) == message)
      }
    }
  }
}

/// A generator of the same numbers for each seed.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
