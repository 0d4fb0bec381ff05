import Glibc
import QEMUSupervision
import Testing

/// The two files of a console log in memory, on a disk with limited space.
private struct ConsoleFiles {
  var older: [UInt8] = []
  var newer: [UInt8] = []
  var space = Int.max
  var log: ConsoleLog

  init(limit: Int = 4 << 20) { log = ConsoleLog(limit: limit) }

  mutating func receive(_ output: [UInt8]) { perform(log.write(for: output[...])) }
  mutating func receive(_ output: String) { receive(Array(output.utf8)) }

  mutating func perform(_ write: ConsoleWrite) {
    if write.rotatesFirst {
      (older, newer) = (newer, [])
      log.rotated()
    }
    let bytes = (write.marker + write.bytes).prefix(space)
    newer += bytes
    space -= bytes.count
    log.wrote(bytes.count, of: write, error: bytes.count < write.count ? ENOSPC : 0)
  }

  var text: String { String(decoding: older + newer, as: UTF8.self) }
}

@Suite("The console log") struct ConsoleLogTests {
  @Test("contains the output as it is") func output() {
    var files = ConsoleFiles()
    for part in ["Lin", "ux\r\n\0", "login: "] { files.receive(part) }
    #expect(files.text == "Linux\r\n\0login: ")
    #expect(files.log.finalWrite() == nil)
  }

  @Test("rotates before a file exceeds the limit, and never an empty one") func rotation() {
    var files = ConsoleFiles(limit: 10)
    files.receive("0123456789")
    #expect(files.older.isEmpty)
    files.receive("a")
    #expect(files.older == Array("0123456789".utf8) && files.newer == [UInt8(ascii: "a")])
    files.receive("a chunk over the limit")
    #expect(files.newer.count == 22)
    var empty = ConsoleLog(limit: 10)
    #expect(!empty.write(for: [UInt8](repeating: 1, count: 11)[...]).rotatesFirst)
  }

  @Test("continues an existing file, and tries a failed rotation again later") func existing() {
    var log = ConsoleLog(limit: 100, size: 99)
    var write = log.write(for: [1, 2])
    #expect(write.rotatesFirst)
    log.rotationFailed()
    log.wrote(2, of: write)
    write = log.write(for: [UInt8](repeating: 1, count: 23)[...])
    #expect(!write.rotatesFirst)
    log.wrote(23, of: write)
    #expect(log.write(for: [1]).rotatesFirst)
  }

  @Test("marks the bytes that were lost while the disk was full") func lost() {
    var files = ConsoleFiles()
    files.space = 7
    for part in ["first\n", "second\n", "third\n"] { files.receive(part) }
    #expect(files.log.lost == 12)
    files.space = .max
    files.receive("fourth\n")
    let marker = "[qemuctl: 12 bytes were lost: No space left on device]\n"
    #expect(files.text == "first\ns\n\(marker)fourth\n")
    #expect(files.log.lost == 0)
  }

  @Test("marks lost bytes at the end of the run") func lostAtEnd() throws {
    var files = ConsoleFiles()
    files.space = 0
    files.receive("abc")
    files.space = .max
    files.perform(try #require(files.log.finalWrite()))
    #expect(files.text == "[qemuctl: 3 bytes were lost: No space left on device]\n")
    #expect(files.log.finalWrite() == nil)
  }

  @Test("starts the marker on a line of its own after a marker that was torn") func tornMarker() {
    var files = ConsoleFiles()
    files.space = 0
    files.receive("abc")
    files.space = 10
    files.receive("defg")
    #expect(files.log.lost == 7)
    files.space = .max
    files.receive("h")
    #expect(files.text == "[qemuctl: \n[qemuctl: 7 bytes were lost: No space left on device]\nh")
  }

  @Test("accounts for every byte", arguments: 0..<300 as Range<UInt64>)
  func accounts(seed: UInt64) {
    var generator = SeededRandom(seed: seed)
    var files = ConsoleFiles()
    var sent = 0
    for _ in 0..<100 {
      files.space = Bool.random(using: &generator) ? Int.random(in: 0...80, using: &generator) : .max
      let count = Int.random(in: 1...100, using: &generator)
      sent += count
      files.receive([UInt8](repeating: UInt8(ascii: "~"), count: count))
    }
    let counts = files.text.split(separator: "\n").compactMap { line -> Int? in
      guard line.hasSuffix("]"), let start = line.firstRange(of: "[qemuctl: ")?.upperBound else { return nil }
      return Int(line[start...].prefix { $0.isNumber })
    }
    let written = files.newer.count { $0 == UInt8(ascii: "~") }
    #expect(written + counts.reduce(0, +) + files.log.lost == sent, "seed \(seed)")
  }
}

@Suite("The tail of a console") struct ConsoleTailTests {
  @Test("keeps nothing until it is used, and nothing after its release") func unused() {
    var tail = ConsoleTail()
    tail.append([1, 2, 3])
    #expect(tail.bytes().isEmpty && tail.position == 3)
    tail.keep()
    tail.append([4])
    #expect(tail.bytes() == [4])
    tail.release()
    tail.append([5])
    #expect(tail.bytes().isEmpty && tail.position == 5 && !tail.isKept)
  }

  @Test("is the end of the output from any position", arguments: 0..<8 as Range<UInt64>)
  func model(seed: UInt64) {
    var generator = SeededRandom(seed: seed)
    var tail = ConsoleTail()
    tail.keep()
    var all: [UInt8] = []
    // The pattern has a length that no power of two divides, so that a shifted tail is noticed.
    let pattern = (0..<160_000).map { UInt8(truncatingIfNeeded: $0 % 251) }
    for _ in 0..<20 {
      let isLong = Int.random(in: 0...9, using: &generator) == 0
      let count = isLong ? 150_000 : Int.random(in: 0...20_000, using: &generator)
      let output = pattern[(all.count % 251)...].prefix(count)
      all += output
      tail.append(output)
      #expect(tail.bytes() == all.suffix(ConsoleTail.limit))
      let start = Int.random(in: -5...all.count + 5, using: &generator)
      let expected = all.suffix(min(ConsoleTail.limit, max(0, all.count - max(0, start))))
      #expect(tail.bytes(from: start) == expected)
    }
  }

  @Test("is part of the console log, even for output that cannot be written") func ofLog() {
    var log = ConsoleLog()
    log.tail.keep()
    let write = log.write(for: [1, 2])
    log.wrote(0, of: write, error: ENOSPC)
    #expect(log.tail.bytes() == [1, 2])
  }
}
