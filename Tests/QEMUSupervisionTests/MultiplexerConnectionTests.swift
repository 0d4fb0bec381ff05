import QEMUSupervision
import Testing

@Suite("Multiplexer: connections") struct MultiplexerConnectionTests {
  private let absent = #"{"error": {"class": "GenericError", "desc": "QEMU is not running"}}"#

  @Test("serves managers while QEMU is not connected, and greets the others later") func withoutQEMU() throws
  {
    var bench = Bench(isConnected: false)
    let manager = bench.client(.manager, negotiates: false)
    let client = bench.client(.readWrite, negotiates: false)
    #expect(bench.lines(client) == [])
    #expect(bench.paused == [client])
    let greeting = try #require(JSONText(bench.lines(manager)[0]))
    #expect(greeting["QMP"]?["version"]?["package"]?.string == "qemuctl-supervisor")
    bench.output[manager] = ""
    bench.send(
      manager,
      #"{"execute":"qmp_capabilities"}{"execute":"query-status"}{"execute":"supervisor-status","id":1}"#)
    #expect(bench.lines(manager) == [#"{"return": {}}"#, absent])
    bench.multiplexer.answer(bench.calls[0].call.id, with: .success(.integer(1)))
    bench.connect()
    #expect(bench.lines(manager).last == #"{"return": 1, "id": 1}"#)
    #expect(bench.lines(client) == [FakeQEMU.greeting])
    #expect(bench.paused == [])
    bench.send(manager, #"{"execute":"query-a"}"#)
    #expect(bench.lines(manager).last == #"{"return": {"name": "query-a", "id": 1}}"#)
  }

  @Test("greets clients other than managers when the start of each QEMU is complete") func serving() {
    var bench = Bench(isConnected: false)
    for number in 1...2 {
      bench.multiplexer.isServing = false
      let early = bench.client(.readWrite, negotiates: false)
      bench.connect()
      let manager = bench.client(.manager, negotiates: false)
      let clients = [early] + [.readWrite, .readOnly].map { bench.client($0, negotiates: false) }
      bench.send(clients[1], #"{"execute":"qmp_capabilities"}{"execute":"query-a"}"#)
      #expect(bench.lines(manager) == [FakeQEMU.greeting])
      #expect(clients.allSatisfy { bench.lines($0).isEmpty } && bench.paused == Set(clients))
      bench.multiplexer.isServing = true
      bench.run()
      #expect(clients.allSatisfy { bench.lines($0).first == FakeQEMU.greeting } && bench.paused.isEmpty)
      #expect(bench.lines(clients[1]).last == #"{"return": {"name": "query-a", "id": 1}}"#)
      let late = bench.client(.readOnly, negotiates: false)
      #expect(bench.lines(late) == [FakeQEMU.greeting])
      bench.multiplexer.isServing = true
      bench.run()
      #expect(bench.lines(early) == [FakeQEMU.greeting], "QEMU \(number)")
      bench.multiplexer.disconnected()
      bench.run()
      #expect(bench.cut.isSuperset(of: clients + [manager]))
      bench.qemu = FakeQEMU()
    }
  }

  @Test("is not serving clients before QEMU is ready") func servingWithoutQEMU() {
    var bench = Bench(isConnected: false)
    bench.multiplexer.isServing = false
    let client = bench.client(.readWrite, negotiates: false)
    bench.multiplexer.isServing = true
    bench.run()
    #expect(bench.lines(client).isEmpty && bench.paused == [client])
    bench.connect()
    #expect(bench.lines(client) == [FakeQEMU.greeting] && bench.paused.isEmpty)
  }

  @Test("refuses oob while QEMU does not offer it") func outOfBandWithoutQEMU() {
    var bench = Bench(isConnected: false)
    let manager = bench.client(.manager, negotiates: false)
    bench.send(manager, #"{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}"#)
    #expect(bench.lines(manager).last?.contains("GenericError") == true)
    bench.connect()
    bench.send(manager, #"{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}"#)
    #expect(bench.lines(manager).last == #"{"return": {}}"#)
  }

  @Test("uses the syntax errors of the QEMU that has connected") func positions() {
    var bench = Bench(isConnected: false)
    let manager = bench.client(.manager)
    bench.connect(
      greeting: #"{"QMP": {"version": {"qemu": {"micro": 1, "minor": 1, "major": 11}}, "capabilities": []}}"#)
    let client = bench.client(.readWrite)
    #expect(bench.qemu.arguments == [""])
    for client in [manager, client] {
      bench.send(client, "foo ")
      #expect(bench.lines(client).last?.contains("1:31: JSON parse error, invalid keyword") == true)
    }
  }

  @Test("cuts clients when QEMU goes, but managers after the last answer to their calls") func ending() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    let manager = bench.client(.manager)
    let waiting = bench.client(.manager)
    bench.send(waiting, #"{"execute":"supervisor-a","id":1}{"execute":"supervisor-b","id":2}"#)
    bench.isHeld = true
    bench.send(client, #"{"execute":"query-a"}"#)
    bench.send(waiting, #"{"execute":"getfd","arguments":{"fdname":"a"}}"#, descriptors: [5])
    bench.multiplexer.execute("query-x", token: 3)
    bench.multiplexer.disconnected()
    bench.run()
    #expect(bench.cut == [client, manager])
    #expect(bench.closed == [5])
    let failure = Multiplexer.Reply.failure(class: "GenericError", description: "QEMU is not running")
    #expect(bench.log.contains(.reply(token: 3, failure)))
    let late = bench.client(.manager)
    bench.multiplexer.answer(bench.calls[1].call.id, with: .success(.null))
    bench.run()
    #expect(bench.cut == [client, manager])
    bench.multiplexer.answer(bench.calls[0].call.id, with: .success(.null))
    bench.run()
    #expect(bench.cut == [client, manager, waiting])
    #expect(bench.lines(waiting) == [#"{"return": null, "id": 2}"#, #"{"return": null, "id": 1}"#])
    bench.send(late, #"{"execute":"query-status"}"#)
    #expect(bench.lines(late) == [absent])
  }

  @Test("starts afresh with a new QEMU") func reconnection() {
    var bench = Bench()
    let first = bench.client(.readWrite)
    bench.send(first, #"{"execute":"add-fd"}"#, descriptors: [1])
    bench.isHeld = true
    bench.send(first, #"{"execute":"query-big"}"#)
    bench.multiplexer.receive(fromQEMU: Array(bench.qemu.output.prefix(5000)))
    bench.multiplexer.disconnected()
    bench.isHeld = false
    bench.qemu = FakeQEMU()
    bench.connect()
    let second = bench.client(.readWrite)
    bench.send(
      second, #"{"execute":"add-fd","arguments":{"fdset-id":0}}{"execute":"query-a","id":1}"#,
      descriptors: [2])
    #expect(
      bench.lines(second) == [
        #"{"return": {"fd": 11, "fdset-id": 0}}"#, #"{"return": {"name": "query-a", "id": 1}, "id": 1}"#,
      ])
  }

  @Test("executes commands of the supervisor before those of clients") func ownCommands() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.isHeld = true
    bench.send(client, #"{"execute":"query-a"}{"execute":"query-b"}"#)
    bench.multiplexer.execute("query-c", arguments: .object([("x", .integer(1))]), token: 1)
    bench.multiplexer.execute("yank", outOfBand: true, token: 2)
    bench.multiplexer.execute("nope", token: 3)
    bench.isHeld = false
    bench.run()
    #expect(bench.qemu.commands.suffix(5) == ["query-a", "yank", "query-c", "nope", "query-b"])
    let replies = bench.log.compactMap { action -> (Int, Multiplexer.Reply)? in
      guard case .reply(let token, let reply) = action else { return nil }
      return (token, reply)
    }
    #expect(replies.map(\.0) == [2, 1, 3])
    #expect(replies[1].1 == .success(.init(unchecked: Array(FakeQEMU.value(of: "query-c").utf8)[...])))
    #expect(
      replies[2].1 == .failure(class: "CommandNotFound", description: "The command nope has not been found"))
  }

  @Test("keeps a command of the supervisor until QEMU is ready") func early() {
    var bench = Bench(isConnected: false)
    bench.multiplexer.connected()
    bench.qemu.output = Array((FakeQEMU.greeting + "\r\n").utf8)
    bench.multiplexer.execute("query-a", token: 1)
    bench.multiplexer.execute("yank", outOfBand: true, token: 2)
    bench.run()
    #expect(bench.qemu.commands == ["qmp_capabilities", "query-a", "yank"])
    #expect(bench.log.filter { if case .reply(_, .success) = $0 { true } else { false } }.count == 2)
  }

  @Test("executes commands of clients in turn") func turns() {
    var bench = Bench()
    let clients = (0..<3).map { _ in bench.client(.readWrite) }
    bench.isHeld = true
    for client in clients {
      bench.send(client, (0..<3).map { #"{"execute":"c\#(client)-\#($0)"}"# }.joined())
    }
    bench.isHeld = false
    bench.run()
    let order = bench.qemu.commands.suffix(9).map { $0.prefix { $0 != "-" } }
    #expect(Set(order.prefix(3)).count == 3)
    #expect(Set(order.dropFirst(3).prefix(3)).count == 3)
  }

  @Test("accepts 8 commands of a client, then pauses reading until fewer are unanswered") func flow() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.isHeld = true
    bench.log = []
    bench.send(client, String(repeating: #"{"execute":"query-a"}"#, count: 7))
    #expect(bench.paused.isEmpty)
    bench.send(client, #"{"execute":"query-b"}"#)
    #expect(bench.paused == [client])
    bench.send(client, String(repeating: #"{"execute":"query-b"}"#, count: 19))
    #expect(bench.paused == [client])
    bench.isHeld = false
    bench.run()
    #expect(bench.paused.isEmpty)
    #expect(bench.lines(client).count == 27)
    #expect(bench.log.filter { $0 == .pauseReading(client) }.count == 1)
  }

  @Test("does not count calls to the 8, and limits them to 64") func callLimit() {
    var bench = Bench()
    let client = bench.client(.manager)
    bench.send(client, String(repeating: #"{"execute":"supervisor-a"}"#, count: 70))
    #expect(bench.calls.count == 64)
    #expect(bench.paused == [client])
    for call in bench.calls.prefix(6) { bench.multiplexer.answer(call.call.id, with: .success(.null)) }
    bench.run()
    #expect(bench.calls.count == 70)
    #expect(bench.paused == [client])
    bench.multiplexer.answer(bench.calls[10].call.id, with: .success(.null))
    bench.run()
    #expect(bench.paused.isEmpty)
  }

  @Test("cuts a client after a last line if a command is too long") func tooLong() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.isHeld = true
    bench.send(client, #"{"execute":"query-a"}"#)
    let filler = String(repeating: "x", count: 1 << 16)
    bench.send(client, #"{"execute":""#)
    for _ in 0..<20 { bench.send(client, filler) }
    #expect(bench.cut.isEmpty)
    bench.isHeld = false
    bench.run()
    #expect(bench.cut == [client])
    #expect(
      bench.lines(client) == [
        #"{"return": {"name": "query-a", "id": 1}}"#,
        #"{"error": {"class": "GenericError", "desc": "The command is longer than 1048576 bytes"}}"#,
      ])
  }
}
