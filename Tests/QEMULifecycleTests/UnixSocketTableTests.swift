import Testing

@testable import QEMULifecycle
@testable import QEMUObservation

/// The kernel's messages about Unix sockets.
@Suite struct UnixSocketTableTests {
  /// A message of one socket: its inode 7, the name `/a`, the peer 9.
  private static let message: [UInt8] =
    [40, 0, 0, 0, 20, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    + [1, 1, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + [8, 0, 2, 0, 9, 0, 0, 0]
  private static let name: [UInt8] = [7, 0, 0, 0, 0x2F, 0x61, 0, 0]

  @Test func aSocketHasItsNameAndItsPeer() {
    var entries: [UnixSocketTable.Entry] = []
    var message = Self.message + Self.name
    message[0] = 48
    #expect(UnixSocketTable.read(message[...], into: &entries))
    #expect(entries == [UnixSocketTable.Entry(inode: 7, name: "/a", peer: 9)])
  }

  @Test func theEndOfTheListEndsIt() {
    var entries: [UnixSocketTable.Entry] = []
    let end: [UInt8] = [20, 0, 0, 0, 3, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(!UnixSocketTable.read((Self.message + end)[...], into: &entries))
    #expect(entries.count == 1)
  }

  /// A truncated message is read up to its end.
  @Test func aMessageThatBreaksOffIsNoHarm() {
    for length in 0..<Self.message.count {
      for size in [UInt8(0), 1, 16, 39, 40, 255] {
        var entries: [UnixSocketTable.Entry] = []
        var message = Self.message
        message[0] = size
        _ = UnixSocketTable.read(message.prefix(length), into: &entries)
        #expect(entries.count <= 3)
      }
    }
  }
}
