import CLinux
import Glibc
import LinuxSystem
import QEMUJSON
import QEMUTestSupport
import QMP
import Synchronization
import Testing

/// Ways to reach a monitor, what a session can be asked for, and what it tells of itself.
@Suite(.timeLimit(.minutes(4))) struct ConnectionTests {
  private static let echo: FakeQEMU.Script = { monitor in
    try monitor.negotiate()
    while let request = try monitor.receiveIfAny() {
      try monitor.reply(to: request, request.isOutOfBand ? "out of band" : "in band")
    }
  }

  @Test func aConnectedDescriptorIsTakenOverAndClosed() async throws {
    let qemu = try FakeQEMU(Self.echo)
    let socket = clinux_unix_connect(qemu.path)
    let session = try await QMPSession.connect(to: .descriptor(socket))
    #expect(try await session.execute("query-status") == "in band")
    let peer = try await session.peer()
    #expect(peer.pid == getpid())
    #expect(peer.uid == getuid())
    await session.close()
    try await qemu.end()
  }

  @Test func aDescriptorThatIsNoneIsUnreachable() async {
    await #expect(throws: QMPError.self) { try await QMPSession.connect(to: .descriptor(9999)) }
  }

  @Test func nobodyAtThePathIsUnreachableAndNamesIt() async {
    do {
      _ = try await QMPSession.connect(path: "/nowhere/qmp.sock")
      Issue.record("it connected")
    } catch {
      #expect(error.code == .unreachable)
      #expect(error.summary.contains("/nowhere/qmp.sock"))
    }
  }

  @Test func overTCPItWorksAndWarnsAndKnowsNoPeer() async throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    let port = try bindAnyPort(listener)
    startThread {
      let monitor = ScriptedMonitor(takingOver: accept(listener, nil, nil))
      try? Self.echo(monitor)
    }
    let warnings = Promise<String>()
    var options = QMPSession.Options()
    options.log = { warnings.fulfil($0) }
    let session = try await QMPSession.connect(to: .tcp(host: "127.0.0.1", port: port), options: options)
    #expect(try await session.execute("query-status") == "in band")
    #expect(await warnings.value()?.contains("tcp:127.0.0.1:\(port)") == true)
    await #expect(throws: QMPError.self) { try await session.peer() }
    await session.close()
  }

  private func bindAnyPort(_ listener: Int32, listening: Bool = true) throws -> UInt16 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(listener, pointer, length) == 0 && (!listening || listen(listener, 1) == 0)
          && getsockname(listener, pointer, &length) == 0
      }
    }
    try #require(status)
    return UInt16(bigEndian: address.sin_port)
  }

  @Test(arguments: ["no-such-host.invalid", "127.0.0.1"])
  func aTCPPortWhereNobodyListensIsUnreachable(host: String) async throws {
    let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(silent) }
    let port = try bindAnyPort(silent, listening: false)
    do {
      _ = try await QMPSession.connect(to: .tcp(host: host, port: port))
      Issue.record("it connected")
    } catch {
      #expect(error.code == .unreachable)
      #expect(error.summary.contains(host))
    }
  }

  @Test func outOfBandCommandsGoOutOfBandWhereTheyWereEnabled() async throws {
    let qemu = try FakeQEMU { monitor in
      try monitor.greet()
      let negotiation = try monitor.expect("qmp_capabilities")
      guard negotiation.arguments["enable"] == ["oob"] else { throw FakeQEMUError("oob was not enabled") }
      try monitor.reply(to: negotiation)
      while let request = try monitor.receiveIfAny() {
        try monitor.reply(to: request, request.isOutOfBand ? "out of band" : "in band")
      }
    }
    var options = QMPSession.Options()
    options.isOutOfBandEnabled = true
    let session = try await qemu.connect(options: options)
    #expect(try await session.executeOutOfBand("migrate-pause") == "out of band")
    #expect(try await session.execute("query-status") == "in band")
    await session.close()
    try await qemu.end()
  }

  @Test func withoutThemTheyAreRefusedBeforeAnythingIsSent() async throws {
    let qemu = try FakeQEMU(Self.echo)
    let session = try await qemu.connect()
    await #expect(throws: QMPError.self) { try await session.executeOutOfBand("migrate-pause") }
    await session.close()
    try await qemu.end()
  }

  @Test func aPeerThatDoesNotOfferThemEndsTheSession() async throws {
    let qemu = try FakeQEMU {
      try $0.greet(version: "2.11.0", capabilities: [])
      try $0.awaitClose()
    }
    var options = QMPSession.Options()
    options.isOutOfBandEnabled = true
    do {
      _ = try await qemu.connect(options: options)
      Issue.record("it connected")
    } catch {
      #expect(error.code == .unsupported)
    }
  }

  @Test func theTraceHasEveryMessageAndNoSecret() async throws {
    final class Lines: Sendable { let all = Mutex<[String]>([]) }
    let lines = Lines()
    let qemu = try FakeQEMU(Self.echo)
    var options = QMPSession.Options()
    options.trace = { trace in lines.all.withLock { $0.append(trace.description) } }
    let session = try await qemu.connect(options: options)
    let hidden = "correct horse"
    for (command, arguments) in Self.secretCommands(hidden) {
      _ = try await session.execute(command, arguments: arguments)
    }
    await session.close()
    let all = lines.all.withLock { $0 }
    #expect(all.first?.hasPrefix("<- {\"QMP\"") == true)
    #expect(all.count == 3 + 2 * Self.secretCommands(hidden).count)
    #expect(!all.contains { $0.contains(hidden) }, "\(all)")
    #expect(all.contains { $0.contains("\"qom-type\":\"secret\",\"id\":\"s\"") })
    try await qemu.end()
  }

  private static func secretCommands(_ hidden: String) -> [(String, JSONObject)] {
    let text = JSON.string(hidden)
    return [
      ("object-add", ["qom-type": "secret", "id": "s", "data": text]),
      ("set_password", ["protocol": "vnc", "password": text]),
      ("change-vnc-password", ["password": text]),
      ("blockdev-add", ["driver": "https", "node-name": "n", "cookie": text]),
      ("sev-inject-launch-secret", ["packet-header": "h", "secret": text]),
      ("human-monitor-command", ["command-line": .string("set_password vnc \(hidden)")]),
      ("human-monitor-command", ["command-line": .string("object_add secret,id=s,data=\(hidden)")]),
      ("transaction", ["actions": [["data": ["password": text]]]]),
    ]
  }
}
