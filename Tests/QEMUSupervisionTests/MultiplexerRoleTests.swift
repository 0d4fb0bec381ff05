import QEMUSupervision
import Testing

@Suite("Multiplexer: roles") struct MultiplexerRoleTests {
  private func isRefused(_ role: Multiplexer.Role, _ command: String, allowed: AllowedCommands = .only([]))
    -> Bool
  {
    var bench = Bench(allowed: allowed)
    let client = bench.client(role)
    let count = bench.qemu.commands.count
    bench.send(client, command.hasPrefix("{") ? command : #"{"execute":"\#(command)"}"#)
    return bench.qemu.commands.count == count
  }

  @Test(
    "passes queries of a read-only client",
    arguments: [
      "query-status", "query-block", "qom-get", "qom-list", "qom-list-types", "qom-list-properties",
      "qom-list-get",
      "device-list-properties", "x-query-jit", "query-of-the-future",
    ])
  func queries(command: String) {
    #expect(!isRefused(.readOnly, command))
    #expect(!isRefused(.readWrite, command))
  }

  @Test(
    "refuses changes of a read-only client",
    arguments: [
      "stop", "cont", "quit", "system_reset", "qom-set", "device_add", "getfd", "add-fd", "eject",
      "ringbuf-read",
      "human-monitor-command", "nope", "supervisor-stop", "set_link", "yank", "object-add",
    ])
  func changes(command: String) {
    #expect(isRefused(.readOnly, command))
  }

  @Test("says which socket accepts the command") func readOnlyText() {
    var bench = Bench()
    let client = bench.client(.readOnly)
    bench.send(client, #"{"execute":"stop","id":1}"#)
    #expect(
      bench.lines(client) == [
        #"{"id": 1, "error": {"class": "GenericError", "desc": "The command stop is refused because "#
          + #"this socket (qmp-ro) is read-only; use the socket qmp"}}"#
      ])
  }

  @Test(
    "refuses commands that reach the host unless they are allowed",
    arguments: [
      "human-monitor-command", "dump-guest-memory", "dump-skeys", "memsave", "pmemsave", "migrate",
      "migrate-incoming",
      "chardev-add", "chardev-change", "nbd-server-start", "nbd-server-add", "block-export-add", "add_client",
      "blockdev-add", "blockdev-reopen", "blockdev-create", "drive-mirror", "drive-backup",
      "blockdev-snapshot-sync",
      "change-backing-file", "transaction", "blockdev-change-medium", "object-add", "netdev_add",
      "screendump",
      "xen-save-devices-state", "xen-load-devices-state", "trace-event-set-state", "device_add", "dumpdtb",
      "display-update", "client_migrate_info", "migrate-recover",
      #"{"execute":"block-stream","arguments":{"device":"d","backing-file":"/etc/passwd"}}"#,
    ])
  func host(command: String) {
    #expect(isRefused(.readWrite, command))
    #expect(!isRefused(.readWrite, command, allowed: .all))
    #expect(!isRefused(.manager, command))
    let name = command.hasPrefix("{") ? "block-stream" : command
    #expect(!isRefused(.readWrite, command, allowed: .only([name, "x"])))
    #expect(isRefused(.readWrite, command, allowed: .only(["x"])))
  }

  @Test(
    "passes changes that stay within the machine",
    arguments: [
      "stop", "cont", "system_reset", "system_powerdown", "set_link", "device_del", "snapshot-save",
      "block_resize",
      "blockdev-mirror", "job-cancel", "eject", "blockdev-snapshot", "balloon", "nope", "supervisor-stop",
      "closefd",
      #"{"execute":"block-stream","arguments":{"device":"d"}}"#,
    ])
  func within(command: String) {
    #expect(!isRefused(.readWrite, command))
  }

  @Test("refuses an out-of-band command of a role at once") func outOfBand() {
    var bench = Bench()
    let client = bench.client(.readOnly, negotiates: false)
    bench.send(
      client, #"{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}{"exec-oob":"yank","id":1}"#)
    #expect(bench.lines(client).last?.contains("read-only") == true)
    #expect(!bench.qemu.commands.contains("yank"))
  }

  @Test("names the reason and the setting") func hostText() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.send(client, #"{"execute":"screendump"}"#)
    #expect(
      bench.lines(client) == [
        #"{"error": {"class": "GenericError", "desc": "The command screendump is refused because it opens "#
          + #"files of the host; allow it with `lifecycle: qmp: allow: [screendump]`"}}"#
      ])
  }

  @Test("hands quit of a readWrite client to the supervisor in its turn, and passes a manager's") func quit()
    throws
  {
    var bench = Bench(allowed: .all)
    let client = bench.client(.readWrite)
    bench.isHeld = true
    bench.send(client, #"{"execute":"query-a"}{"execute":"quit","id":1}{"execute":"query-b"}"#)
    #expect(bench.calls.isEmpty)
    bench.isHeld = false
    bench.run()
    let call = try #require(bench.calls.first)
    #expect(call.client == client && call.call.name == "quit" && call.call.arguments == nil)
    #expect(!bench.qemu.commands.contains("query-b"))
    bench.multiplexer.answer(call.call.id, with: .success(.object([])))
    bench.run()
    #expect(
      bench.lines(client).suffix(2) == [
        #"{"return": {}, "id": 1}"#, #"{"return": {"name": "query-b", "id": 1}}"#,
      ])
    #expect(!bench.qemu.commands.contains("quit"))

    let manager = bench.client(.manager)
    bench.send(manager, #"{"execute":"quit"}"#)
    #expect(bench.qemu.commands.last == "quit")
    #expect(bench.log.contains(.observed(manager, command: "quit")))
  }

  @Test("hands commands of the supervisor over at once, and answers them in any order") func calls() throws {
    var bench = Bench()
    let client = bench.client(.manager)
    bench.isHeld = true
    bench.send(
      client,
      #"{"execute":"query-a"}{"execute":"supervisor-a","arguments":{"x":1},"id":1}"#
        + #"{"execute":"supervisor-b","id":2}"#,
      descriptors: [9])
    #expect(bench.calls.map(\.call.name) == ["supervisor-a", "supervisor-b"])
    #expect(bench.calls.first?.call.arguments == JSONText(#"{"x":1}"#))
    #expect(bench.calls.map(\.call.descriptors) == [[9], []])
    bench.multiplexer.answer(
      try #require(bench.calls.last).call.id, with: .failure(class: "X", description: "é\n"))
    bench.multiplexer.answer(try #require(bench.calls.first).call.id, with: .success(.null))
    bench.multiplexer.answer(try #require(bench.calls.first).call.id, with: .success(.null))
    bench.multiplexer.answer(1234, with: .success(.null))
    bench.run()
    #expect(
      bench.lines(client) == [
        #"{"id": 2, "error": {"class": "X", "desc": "\u00E9\n"}}"#, #"{"return": null, "id": 1}"#,
      ])
  }
}
