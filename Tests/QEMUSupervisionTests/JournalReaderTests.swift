import QEMUSupervision
import Testing

private func lines(_ older: String, _ newer: String, after cursor: Int = 0) -> [Int] {
  JournalReader(older: Array(older.utf8)[...], newer: Array(newer.utf8)[...]).lines(after: cursor)
    .map(\.sequence)
}

@Suite("The reader of a journal") struct JournalReaderTests {
  @Test("returns the lines of both files after a cursor", arguments: 0...5)
  func cursor(_ cursor: Int) {
    let found = lines("{\"seq\":1}\n{\"seq\":2}\n", "{\"seq\":3}\n{\"seq\":4}\n", after: cursor)
    #expect(found == Array(1...4).filter { $0 > cursor })
  }

  @Test(
    "skips lines that are torn or damaged",
    arguments: [
      "{\"seq\":1}\n{\"seq\":2", "{\"seq\":1}\n{\"seq\":2,\"a\":\"", "q\":0}\n{\"seq\":1}",
      "\n\n{\"seq\":1}\n\n",
      "{\"seq\":1}\n\0\0\0\0", "\0\0\0{\"seq\":1}\n", "{\"seq\":0}\n{\"seq\":1}\n{\"seq\":-5}\n",
      "{\"seq\":1}\n[]\n7\n{}\n{\"seq\":\"9\"}\n", "{\"seq\":1}\n{\"seq\":99999999999999999999}\n",
      "{\"seq\":1}\n{\"seq\":9223372036854775807}\n", "{\"seq\":1}\n{\"seq\":2}{\"seq\":3}\n",
      "{\"seq\":1}\n{\"se\0\0\0\0\":2}\n",
    ])
  func damaged(text: String) {
    #expect(lines("", text) == [1])
    #expect(lines(text, "") == [1])
  }

  @Test("returns a last line of which only the line feed is missing") func missingLineFeed() {
    #expect(lines("", "{\"seq\":1}\n{\"seq\":2}") == [1, 2])
  }

  @Test("returns kinds and members that it does not know as they are") func newerVersion() throws {
    let text = #"{"kind":"future","x":[1, {"y":2}],"seq":4}"#
    let line = try #require(JournalReader(newer: Array("\(text)\n".utf8)[...]).last)
    #expect(line.kind == "future")
    #expect(line.text.bytes.elementsEqual(text.utf8))
    #expect(JournalReader(newer: Array("{\"seq\":1,\"kind\":7}\n".utf8)[...]).last?.kind == "")
  }

  @Test("returns each line once if a rotation happened between the reads of the files") func duringRotation()
  {
    let file = "{\"seq\":1}\n{\"seq\":2}\n"
    #expect(lines(file, file) == [1, 2])
  }

  @Test("finds exactly the lines that were written completely", arguments: 0..<200 as Range<UInt64>)
  func randomCrashes(seed: UInt64) {
    var generator = SeededRandom(seed: seed)
    var files = JournalFiles()
    var complete: [Int] = []
    for _ in 0..<Int.random(in: 1...60, using: &generator) {
      let isLong = Int.random(in: 0...99, using: &generator) == 0
      let size = isLong ? 70_000 : Int.random(in: 0...300, using: &generator)
      let entry = JournalFiles.event("E", data: "\"" + String(repeating: "x", count: size) + "\"")
      switch Int.random(in: 0...9, using: &generator) {
      case 0: files.write(entry, limit: Int.random(in: 0...100, using: &generator))
      case 1:
        files.newer += [UInt8](repeating: 0, count: Int.random(in: 1...50, using: &generator))
        files.restartWriter()
      case 2: files.restartWriter()
      case 3:
        (files.older, files.newer) = (files.newer, [])
        files.writer.rotated()
        complete = files.reader.lines(after: 0).map(\.sequence)
      default: complete.append(files.write(entry).sequence)
      }
    }
    let found = files.reader.lines(after: 0).map(\.sequence)
    #expect(found == complete, "seed \(seed)")
    let cursor = Int.random(in: 0...(complete.last ?? 0), using: &generator)
    #expect(
      files.reader.lines(after: cursor).map(\.sequence) == complete.filter { $0 > cursor }, "seed \(seed)")
  }

  @Test("survives random bytes", arguments: 0..<50 as Range<UInt64>)
  func randomBytes(seed: UInt64) {
    var generator = SeededRandom(seed: seed)
    let alphabet = Array("{}[]\":,seq01\n\n\0\\".utf8)
    let bytes = (0..<2000).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
    let found = JournalReader(older: bytes[..<900], newer: bytes[900...]).lines(after: 0).map(\.sequence)
    #expect(found == found.sorted())
  }
}
