import QEMUSupervision
import Testing

@Suite("Multiplexer: the view of a client") struct MultiplexerClientTests {
  @Test("answers as QEMU does", arguments: recordedDispatch)
  func dispatch(input: String, lines: [String]) {
    var bench = Bench()
    let client = bench.client(.readWrite, negotiates: false)
    bench.send(client, input)
    let events = FakeQEMU.events(of: "stop")
    #expect(bench.lines(client).filter { !events.contains($0) } == [FakeQEMU.greeting] + lines)
  }

  @Test("greets with QEMU's greeting") func greeting() {
    var bench = Bench()
    let client = bench.client(.readOnly, negotiates: false)
    #expect(bench.output[client] == FakeQEMU.greeting + "\r\n")
    #expect(bench.log.contains { if case .ready = $0 { true } else { false } })
  }

  @Test("negotiates with a long id and drops replies before the answer") func negotiation() {
    var bench = Bench(isConnected: false)
    bench.isHeld = true
    bench.connect()
    bench.qemu.write(#"{"return": {}, "id": 1}"#)
    bench.qemu.write(#"{"return": {}}"#)
    bench.qemu.write(#"{"timestamp": {"seconds": 1, "microseconds": 1}, "event": "RESUME"}"#)
    bench.isHeld = false
    bench.run()
    #expect(bench.qemu.commands == ["qmp_capabilities"])
    #expect(bench.qemu.arguments == [#"{"enable":["oob"]}"#])
    let kinds = bench.log.map { action in
      switch action {
      case .ready: "ready"
      case .event(let name, _): name
      default: ""
      }
    }
    #expect(kinds.filter { !$0.isEmpty } == ["RESUME", "ready"])
  }

  @Test(
    "returns an id as it was",
    arguments: [
      "1", "-1.50e3", "null", "true", "\"a\\u0041\\/\"", "[1, {\"a\" : null}]", "{\"return\": {}}",
      "123456789012345678901234567890", "\"}\"", "[]",
    ])
  func ids(id: String) {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.send(client, #"{"execute":"query-x","id":\#(id)}{"execute":"nope","id":\#(id)}"#)
    #expect(
      bench.lines(client) == [
        #"{"return": {"name": "query-x", "id": 1}, "id": \#(id)}"#,
        #"{"id": \#(id), "error": {"class": "CommandNotFound", "#
          + #""desc": "The command nope has not been found"}}"#,
      ])
  }

  @Test("writes an id in single quotes, or with line ends, as one line of JSON") func oddIDs() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.send(client, "{'execute':'stop','id':'a\"b'}{'execute':'stop','id':[1,\r\n2]}")
    #expect(
      bench.lines(client).filter { $0.contains("return") } == [
        #"{"return": {}, "id": "a\"b"}"#, #"{"return": {}, "id": [1,2]}"#,
      ])
  }

  @Test("sends commands minified and without id, one at a time") func upstream() {
    var bench = Bench()
    let one = bench.client(.readWrite)
    let two = bench.client(.readWrite)
    bench.isHeld = true
    bench.log = []
    bench.send(one, #"{ "id" : 1, "arguments" : { "a b" : [ 1 , 2 ] } , "execute" : "x" }{"execute":"y"}"#)
    bench.send(two, #"{"execute":"z"}"#)
    let sent = bench.log.compactMap { action -> String? in
      guard case .sendToQEMU(let bytes, nil) = action else { return nil }
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(sent == [#"{"execute":"x","arguments":{"a b":[1,2]}}"#])
    bench.isHeld = false
    bench.run()
    #expect(bench.qemu.commands.suffix(3) == ["x", "z", "y"])
  }

  @Test("passes on a long reply in parts with the id at its end", arguments: [true, false])
  func longReply(hasID: Bool) {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.log = []
    bench.chunk = { _ in 1000 }
    bench.send(client, #"{"execute":"query-big"\#(hasID ? ",\"id\":5" : "")}"#)
    #expect(
      bench.lines(client) == [#"{"return": \#(FakeQEMU.bigValue)\#(hasID ? ", \"id\": 5" : "")}"#])
    let parts = bench.log.filter { if case .sendToClient(client, _) = $0 { true } else { false } }
    #expect(parts.count > 30)
  }

  @Test("does not mix other lines into a long reply") func heldLines() throws {
    var bench = Bench()
    let client = bench.client(.manager)
    let others = [
      bench.client(.readWrite), bench.client(.readOnly), bench.client(.manager, negotiates: false),
    ]
    bench.output = [:]
    bench.send(client, #"{"execute":"supervisor-wait","id":1}"#)
    bench.isHeld = true
    bench.send(client, #"{"execute":"query-big"}"#)
    let half = bench.qemu.output.count / 2
    bench.multiplexer.receive(fromQEMU: Array(bench.qemu.output.prefix(half)))
    bench.qemu.output.removeFirst(half)
    bench.multiplexer.answer(try #require(bench.calls.first).call.id, with: .success(.integer(3)))
    bench.multiplexer.broadcast(.object([("event", .string("SUPERVISOR"))]))
    bench.isHeld = false
    bench.run()
    #expect(
      bench.lines(client) == [
        #"{"return": \#(FakeQEMU.bigValue)}"#, #"{"return": 3, "id": 1}"#, #"{"event":"SUPERVISOR"}"#,
      ])
    #expect(others.allSatisfy { bench.lines($0).isEmpty })
  }

  @Test("answers locally in the order of the commands") func order() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.isHeld = true
    bench.send(client, #"{"execute":"query-a"} foo {"execute":"migrate"} {"execute":"query-b"} []"#)
    #expect(bench.lines(client) == [])
    bench.isHeld = false
    bench.run()
    let kinds = bench.lines(client).map { line in
      ["query-a", "query-b", "keyword", "migrate", "object"].first { line.contains($0) }
    }
    #expect(kinds == ["query-a", "keyword", "migrate", "query-b", "object"])
  }

  @Test("answers out-of-band commands while another command is executed") func outOfBand() {
    var bench = Bench()
    let client = bench.client(.readWrite, negotiates: false)
    bench.send(client, #"{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}"#)
    bench.output[client] = ""
    bench.isHeld = true
    bench.send(client, #"{"execute":"query-big","id":1}{"exec-oob":"yank","id":{"x":2}}{"exec-oob":"yank"}"#)
    #expect(bench.qemu.commands.suffix(3) == ["query-big", "yank", "yank"])
    bench.isHeld = false
    bench.chunk = { _ in 777 }
    bench.run()
    #expect(
      bench.lines(client) == [
        #"{"return": \#(FakeQEMU.bigValue), "id": 1}"#, #"{"return": {}, "id": {"x":2}}"#, #"{"return": {}}"#,
      ])
  }

  @Test("separates the reply to an out-of-band command from that to the command before it")
  func outOfBandFirst() {
    var bench = Bench()
    let client = bench.client(.readWrite, negotiates: false)
    bench.send(client, #"{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}"#)
    bench.output[client] = ""
    bench.isHeld = true
    bench.send(client, #"{"execute":"query-a","id":1}{"exec-oob":"yank","id":2}{"exec-oob":"nope","id":3}"#)
    let lines = String(decoding: bench.qemu.output, as: UTF8.self).split(separator: "\r\n")
    bench.qemu.output = Array(lines.reversed().map { $0 + "\r\n" }.joined().utf8)
    bench.isHeld = false
    bench.run()
    #expect(
      bench.lines(client) == [
        #"{"id": 3, "error": {"class": "GenericError", "desc": "The command nope does not support OOB"}}"#,
        #"{"return": {}, "id": 2}"#, #"{"return": {"name": "query-a", "id": 1}, "id": 1}"#,
      ])
  }

  @Test("answers a wrong out-of-band command at once") func wrongOutOfBand() {
    var bench = Bench()
    let client = bench.client(.readWrite, negotiates: false)
    bench.send(client, #"{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}"#)
    bench.output[client] = ""
    bench.isHeld = true
    bench.send(client, #"{"execute":"query-a"}{"exec-oob":1,"id":2}"#)
    #expect(
      bench.lines(client) == [
        #"{"id": 2, "error": {"class": "GenericError", "#
          + #""desc": "QMP input member 'exec-oob' must be a string"}}"#
      ])
  }

  @Test("sends events to every client that has negotiated, in their order on the wire") func events() {
    var bench = Bench()
    let one = bench.client(.readWrite)
    let two = bench.client(.readOnly)
    let three = bench.client(.readOnly, negotiates: false)
    bench.output[three] = ""
    bench.send(one, #"{"execute":"stop","id":1}"#)
    let event = FakeQEMU.events(of: "stop")[0]
    #expect(bench.lines(one) == [event, #"{"return": {}, "id": 1}"#])
    #expect(bench.lines(two) == [event])
    #expect(bench.lines(three) == [])
    #expect(bench.log.contains(.observed(one, command: "stop")))
    #expect(bench.log.contains { if case .event("STOP", let line) = $0 { line.isObject } else { false } })
  }

  @Test("skips what QEMU would not write") func garbage() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    for line in [
      "garbage", "{", "{}", "[1]", #"{"return": {}}"#, #"{"return": {}, "id": "x"}"#, #"{"error": 1}"#, "",
    ] {
      bench.qemu.write(line)
    }
    bench.run()
    #expect(bench.lines(client) == [])
    bench.send(client, #"{"execute":"query-a"}"#)
    #expect(bench.lines(client) == [#"{"return": {"name": "query-a", "id": 1}}"#])
  }
}
