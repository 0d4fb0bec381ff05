import QEMUSupervision
import Testing

extension LaunchFile {
  fileprivate static func random(_ generator: inout SeededRandom) -> LaunchFile {
    func bytes() -> [UInt8] {
      (0..<Int.random(in: 0...12, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
    }
    func list() -> [[UInt8]] { (0..<Int.random(in: 0...5, using: &generator)).map { _ in bytes() } }
    func source() -> Source {
      switch Int.random(in: 0...3, using: &generator) {
      case 0: .passed(.random(in: 0...9, using: &generator))
      case 1: .consoleInput
      case 2: .consoleOutput
      default: .bytes(bytes())
      }
    }
    let numbers = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
      Int32.random(in: 0...Int32.max, using: &generator)
    }
    return LaunchFile(
      program: bytes(), arguments: list(), environment: list(), directory: bytes(), run: bytes(),
      descriptors: numbers.map { ($0, source()) }, limitsCoreDumps: .random(using: &generator))
  }
}

@Suite("A launch file") struct LaunchFileTests {
  @Test("has the values that were written", arguments: 0..<200 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var generator = SeededRandom(seed: seed)
    let file = LaunchFile.random(&generator)
    let read = try #require(LaunchFile(file.bytes[...]))
    #expect(read == file)
    #expect(read.program == file.program && read.directory == file.directory && read.run == file.run)
    #expect(read.arguments == file.arguments && read.environment == file.environment)
    #expect(read.descriptors.map(\.number) == file.descriptors.map(\.number))
    #expect(read.descriptors.map(\.source) == file.descriptors.map(\.source))
    #expect(read.limitsCoreDumps == file.limitsCoreDumps)
  }

  @Test("that is truncated or continued is not one", arguments: 0..<20 as Range<UInt64>)
  func truncations(seed: UInt64) {
    var generator = SeededRandom(seed: seed)
    let bytes = LaunchFile.random(&generator).bytes
    for count in 0..<bytes.count { #expect(LaunchFile(bytes[..<count]) == nil) }
    #expect(LaunchFile((bytes + [UInt8(ascii: "0")])[...]) == nil)
  }

  @Test("that is damaged does not stop the reader", arguments: 0..<40 as Range<UInt64>)
  func damages(seed: UInt64) {
    var generator = SeededRandom(seed: seed)
    let bytes = LaunchFile.random(&generator).bytes
    for _ in 0..<200 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: damaged.indices, using: &generator)
        damaged[index] = Array("0123456789:-+ \0\u{7f}".utf8).randomElement(using: &generator) ?? 0
      }
      // A file that is read nevertheless can be written.
      if let file = LaunchFile(damaged[...]) { #expect(LaunchFile(file.bytes[...]) == file) }
      let noise = (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) }
      #expect(LaunchFile(noise[...]) == nil)
    }
  }

  private static let start = "16:qemuctl-launch-10:0:0:1:1"

  @Test(
    "has bounded sizes",
    arguments: [
      "", "16:qemuctl-launch-2", "99999999999999999999:x", "1073741824:", "-1:", "16",
      start + "7:1048577", start + "19:9223372036854775807", start + "2:-1", start + "1:0" + "1:0" + "4:4097",
      start + "1:0" + "1:0" + "1:1" + "10:2147483648" + "5:input",
      start + "1:0" + "1:0" + "1:1" + "1:0" + "4:none",
    ])
  func sizes(text: String) {
    #expect(LaunchFile(Array(text.utf8)[...]) == nil)
    #expect(LaunchFile(Array((Self.start + "1:0" + "1:0" + "1:0").utf8)[...]) != nil)
  }
}
