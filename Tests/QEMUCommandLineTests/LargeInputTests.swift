import QEMUCommandLine
import Testing

/// Inputs of a size that nobody writes by hand: each ends, and soon.
@Suite struct LargeInputTests {
  @Test(.timeLimit(.minutes(20))) func manyOptionsAreReadCheckedAndWritten() throws {
    let words = (0..<1000).flatMap { ["-device", "virtio-net-pci,id=n\($0),netdev=x"] }
    let configuration = try QEMUConfiguration(arguments: words)
    #expect(try configuration.arguments() == words)
    #expect(configuration.findings(for: BinaryCheckTests.binary).count == 1000)
    #expect(try QEMUConfiguration(shellText: configuration.shellText()) == configuration)
    #expect(try QEMUConfiguration(ConfigurationDocument(configuration)) == configuration)
  }

  @Test(
    .timeLimit(.minutes(20)), arguments: ["device", "machine", "blockdev", "drive", "smbios", "chardev"])
  func manyCommasAreOneArgument(option: String) throws {
    let text = "x" + (0..<1000).map { ",p\($0)=1,q=2" }.joined()
    guard let configuration = try? QEMUConfiguration(arguments: ["-\(option)", text], unknownNames: .kept)
    else { return }
    _ = configuration.problems()
    _ = configuration.findings(for: BinaryCheckTests.binary)
    #expect(try QEMUConfiguration(arguments: configuration.arguments(), unknownNames: .kept) == configuration)
    _ = try ConfigurationDocument(configuration).yaml()
  }

  @Test(
    .timeLimit(.minutes(20)),
    arguments: [",", "=", "{", "[", "\"", "'", "\\", "a.", "{\"a\":", "\u{301}", "- ", "&a [*a,"])
  func garbageIsRefusedOrKept(piece: String) {
    let text = String(repeating: piece, count: 100_000 / piece.utf8.count)
    for option in [
      "device", "blockdev", "machine", "accel", "cpu", "d", "serial", "global", "set", "numa", "netdev",
    ] {
      _ = try? QEMUConfiguration(arguments: ["-\(option)", text], unknownNames: .kept).problems()
    }
    _ = try? QEMUConfiguration(shellText: text)
    _ = try? ConfigurationDocument(json: text)
    _ = try? ConfigurationDocument(yaml: text)
  }
}
