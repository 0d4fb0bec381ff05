import Testing

@testable import QMP

/// Tests of splitting a stream of bytes into lines.
@Suite struct LineBufferTests {
  private func lines(of text: String, inPiecesOf size: Int) -> [String] {
    var buffer = LineBuffer()
    var lines: [String] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { buffer.append($0) }
      while let line = buffer.takeLine({ String(decoding: $0, as: UTF8.self) }) { lines.append(line) }
    }
    return lines
  }

  @Test(arguments: [1, 2, 3, 5, 7, 64, 4096])
  func piecesOfAnySizeGiveTheSameLines(size: Int) {
    let text = "a\n\nbc\r\n{\"name\": \"ü\"}\nunfinished"
    #expect(lines(of: text, inPiecesOf: size) == ["a", "", "bc\r", "{\"name\": \"ü\"}"])
  }

  @Test func manyLinesInOnePieceComeInOrder() {
    let expected = (0..<50_000).map(String.init)
    #expect(lines(of: expected.map { $0 + "\n" }.joined(), inPiecesOf: 1 << 16) == expected)
  }

  @Test func aLongLineIsNotScannedAnewForEachPiece() {
    // 32 MiB in pieces of 4 KiB: scanned anew it would take half an hour, not a moment.
    let line = String(repeating: "x", count: 32 << 20)
    #expect(lines(of: line + "\n", inPiecesOf: 4096).map(\.utf8.count) == [32 << 20])
  }

  @Test func anUnfinishedLineOverTheLimitIsTold() {
    var buffer = LineBuffer()
    let piece = [UInt8](repeating: 0x20, count: 1 << 20)
    for _ in 0..<64 { piece.withUnsafeBytes { buffer.append($0) } }
    let isOverflowing = buffer.isOverflowing
    #expect(!isOverflowing)
    [UInt8(0x20)].withUnsafeBytes { buffer.append($0) }
    let isOverflowingNow = buffer.isOverflowing
    #expect(isOverflowingNow)
  }
}
