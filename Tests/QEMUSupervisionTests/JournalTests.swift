import QEMUSupervision
import Testing

private func text(_ write: JournalWrite) -> String { String(decoding: write.bytes, as: UTF8.self) }

@Suite("The writer of a journal") struct JournalWriterTests {
  @Test("writes one object with times, kind and run on a line") func event() {
    var writer = JournalWriter(boot: "6f1c")
    let data = JSONText("{\"reason\": \"guest-shutdown\"}")
    let entry = JournalEntry.event("SHUTDOWN", data: data, timestamp: JSONText("{\"seconds\": 1}"))
    let write = writer.write(
      entry, run: "web-1", at: Instant(nanoseconds: 123_456_789_123),
      wallTime: WallTime(milliseconds: 1_795_995_001_123))
    let expected = #"""
      {"seq":1,"time":"2026-11-29T23:30:01.123Z","boot":"6f1c","since-boot":123.456789,"kind":"event",\#
      "run":"web-1","event":"SHUTDOWN","data":{"reason": "guest-shutdown"},"timestamp":{"seconds": 1}}

      """#
    #expect(text(write) == expected)
    #expect(!write.isSynced && !write.rotatesFirst)
  }

  @Test("writes changes and verdicts with their members") func otherKinds() {
    var files = JournalFiles()
    let life = files.write(.life(.started, [("pid", .integer(7)), ("absent", nil)]), run: nil)
    #expect(
      text(life).hasSuffix("\"since-boot\":123.456789,\"kind\":\"life\",\"life\":\"started\",\"pid\":7}\n"))
    let verdict = files.write(.verdict([("result", .string("drifted"))]))
    #expect(text(verdict).hasSuffix("\"kind\":\"verdict\",\"run\":\"r\",\"result\":\"drifted\"}\n"))
  }

  @Test("syncs intents and ends only", arguments: LifeChange.allCases)
  func synced(change: LifeChange) {
    var files = JournalFiles()
    #expect(files.write(.life(change)).isSynced == (change == .intent || change == .ended))
    #expect(!files.write(JournalFiles.event("ended")).isSynced)
  }

  @Test("keeps an entry on one line, even if its values contain line feeds") func lineFeeds() {
    var files = JournalFiles()
    let write = files.write(JournalFiles.event("E", data: "{\n \"a\":\n \"b\\n c\"}"))
    #expect(write.bytes.count { $0 == UInt8(ascii: "\n") } == 1)
    #expect(text(write).contains(#""data":{"a":"b\n c"}"#))
  }

  @Test("replaces the values of a line over 64 KiB", arguments: [60_000, 65_000, 65_536, 200_000])
  func longLine(size: Int) throws {
    var files = JournalFiles()
    let data = JSONText.string(String(repeating: "x", count: size))
    let write = files.write(.event("E", data: data, timestamp: .integer(5)))
    #expect(write.bytes.count <= JournalWriter.longestLine)
    let line = try #require(files.reader.last)
    #expect(line["event"]?.string == "E")
    #expect(line["timestamp"]?.integer == 5)
    if size < 65_000 {
      #expect(line["data"] == data)
    } else if size > 65_500 {
      #expect(line["data"]?["omitted"]?.string == "\(size + 2) bytes")
    }
  }

  @Test("replaces all members if they are too many") func manyMembers() throws {
    var files = JournalFiles()
    let members = (0..<9000).map { ("member\($0)", JSONText.integer($0) as JSONText?) }
    #expect(files.write(.life(.ready, members)).bytes.count < 1024)
    #expect(try #require(files.reader.last)["omitted"]?.string == "9000 members")
    let name = files.write(JournalFiles.event(String(repeating: "E", count: 100_000)))
    #expect(name.bytes.count < 1024)
  }

  @Test("rotates before a file exceeds 4 MiB, and never an empty one") func rotation() {
    var files = JournalFiles()
    var rotations = 0
    let entry = JournalFiles.event("E", data: "\"" + String(repeating: "x", count: 50_000) + "\"")
    for _ in 0..<170 {
      if files.write(entry).rotatesFirst { rotations += 1 }
      #expect(files.newer.count <= JournalWriter.longestFile)
    }
    #expect(rotations == 2)
    #expect(files.older.count > JournalWriter.longestFile - 60_000)
    // A file has 83 lines of this length.
    #expect(files.reader.lines(after: 0).map(\.sequence) == Array(84...170))
  }

  @Test("tries a failed rotation again after a quarter of the limit") func failedRotation() {
    var writer = JournalWriter(boot: "b", size: JournalWriter.longestFile)
    let entry = JournalFiles.event("E", data: "\"" + String(repeating: "x", count: 50_000) + "\"")
    func write() -> JournalWrite {
      let write = writer.write(
        entry, run: nil, at: Instant(nanoseconds: 0), wallTime: WallTime(milliseconds: 0))
      if write.rotatesFirst { writer.rotationFailed() }
      writer.wrote(write.bytes.count, of: write)
      return write
    }
    #expect(write().rotatesFirst)
    #expect((0..<19).allSatisfy { _ in !write().rotatesFirst })
    #expect(write().rotatesFirst)
  }

  @Test("continues the numbers of an existing journal, also right after a rotation") func continues() {
    var files = JournalFiles()
    for _ in 0..<3 { files.write(JournalFiles.event("E")) }
    files.restartWriter()
    #expect(files.write(JournalFiles.event("E")).sequence == 4)
    (files.older, files.newer) = (files.newer, [])
    files.restartWriter()
    #expect(files.write(JournalFiles.event("E")).sequence == 5)
  }

  @Test("starts a new line after one that a crash has torn") func tornLine() {
    var files = JournalFiles()
    files.write(JournalFiles.event("A"))
    files.write(JournalFiles.event("B"), limit: 40)
    files.restartWriter()
    files.write(JournalFiles.event("C"))
    #expect(files.reader.lines(after: 0).map { $0["event"]?.string } == ["A", "C"])
    #expect(files.reader.lines(after: 0).map(\.sequence) == [1, 2])
  }

  @Test("starts a new line after a write that failed, and does not use its number again") func shortWrite() {
    var files = JournalFiles()
    files.write(JournalFiles.event("A"), limit: 40)
    files.write(JournalFiles.event("B"), limit: 0)
    files.write(JournalFiles.event("C"))
    #expect(files.reader.lines(after: 0).map(\.sequence) == [3])
  }
}
