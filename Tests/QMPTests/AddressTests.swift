import QMP
import Testing

/// Addresses of monitors as QEMU spells them.
@Suite struct AddressTests {
  static let texts: [(text: String, address: QMPAddress?)] = [
    ("/run/vm.sock", .unix(path: "/run/vm.sock")), ("vm.sock", .unix(path: "vm.sock")),
    ("unix:/run/vm.sock", .unix(path: "/run/vm.sock")),
    ("unix:/run/vm.sock,server=on,wait=off", .unix(path: "/run/vm.sock")),
    ("/run/a,b", .unix(path: "/run/a,b")),
    ("tcp:127.0.0.1:4444", .tcp(host: "127.0.0.1", port: 4444)),
    ("tcp:host.example:4444,server=on", .tcp(host: "host.example", port: 4444)),
    ("tcp:[::1]:4444", .tcp(host: "::1", port: 4444)), ("tcp::4444", .tcp(host: "localhost", port: 4444)),
    ("tcp:host", nil), ("tcp:host:", nil), ("tcp:host:65536", nil), ("tcp:host:-1", nil), ("tcp:", nil),
  ]

  @Test(arguments: texts.map(\.text))
  func anAddressIsReadAsQEMUSpellsIt(text: String) throws {
    let row = try #require(Self.texts.first { $0.text == text })
    #expect(QMPAddress(text: text) == row.address)
  }

  @Test(arguments: ["tcp:[::1]:4444", "tcp:127.0.0.1:1", "/run/vm.sock"])
  func anAddressIsWrittenAsItIsRead(text: String) {
    #expect(QMPAddress(text: text)?.description == text)
  }
}
