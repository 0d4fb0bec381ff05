import QEMUSupervision
import Testing

@Suite("Multiplexer: descriptors") struct MultiplexerDescriptorTests {
  private let success = #"{"return": {}}"#

  private func failure(_ description: String) -> String {
    #"{"error": {"class": "GenericError", "desc": "\#(description)"}}"#
  }

  private func getfd(_ name: String) -> String { #"{"execute":"getfd","arguments":{"fdname":"\#(name)"}}"# }

  @Test("sends each command with the client's next descriptor") func order() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.log = []
    bench.send(client, getfd("a"), descriptors: [100, 101])
    bench.send(client, #"{"execute":"query-x"}"# + getfd("b") + getfd("c"))
    let sent = bench.log.compactMap { action -> Int32?? in
      guard case .sendToQEMU(_, let descriptor) = action else { return nil }
      return .some(descriptor)
    }
    #expect(sent == [100, nil, 101])
    #expect(bench.lines(client).last == failure("No file descriptor supplied via SCM_RIGHTS"))
    #expect(bench.closed == [100, 101])
  }

  @Test("keeps the names of clients apart and hides the prefix") func names() throws {
    var bench = Bench(allowed: .all)
    let one = bench.client(.readWrite)
    let two = bench.client(.readWrite)
    bench.send(one, getfd("net"), descriptors: [100])
    bench.send(two, getfd("net"), descriptors: [101])
    #expect(bench.qemu.names.count == 2)
    #expect(bench.qemu.names.keys.allSatisfy { $0.hasSuffix("net") && $0.utf8.count > 20 })
    bench.output = [:]
    let add = #"{"execute":"netdev_add","arguments":{"type":"tap","id":"n","fd":"net"}}"#
    bench.send(one, add + add + #"{"execute":"closefd","arguments":{"fdname":"net"}}"#)
    #expect(
      bench.lines(one) == [
        success, failure("File descriptor named 'net' has not been found"),
        failure("File descriptor named 'net' not found"),
      ])
    #expect(bench.qemu.names.count == 1)
    bench.send(
      two,
      #"{"execute":"closefd","arguments":{"fdname":"net"}}{"execute":"closefd","arguments":{"fdname":"net"}}"#
    )
    #expect(bench.lines(two) == [success, failure("File descriptor named 'net' not found")])
    #expect(bench.qemu.names.isEmpty)
  }

  @Test(
    "rewrites each form of a reference to a name of the client",
    arguments: [
      (#"{"fd":"a","id":"a"}"#, #"{"fd":"Pa","id":"a"}"#), (#"{"fd":"z"}"#, #"{"fd":"z"}"#),
      (#"{"fd":"7"}"#, #"{"fd":"7"}"#), (#"{"fd":7}"#, #"{"fd":7}"#),
      (#"{"fds":"a:z:b","vhostfds":"b"}"#, #"{"fds":"Pa:z:Pb","vhostfds":"Pb"}"#),
      (#"{"vhostfd":"b"}"#, #"{"vhostfd":"Pb"}"#), (#"{"fdname":"a"}"#, #"{"fdname":"Pa"}"#),
      (#"{"addr":{"type":"fd","str":"a"}}"#, #"{"addr":{"type":"fd","str":"Pa"}}"#),
      (#"{"addr":{"str":"a","type":"unix"}}"#, #"{"addr":{"str":"a","type":"unix"}}"#),
      (
        #"{"backend":{"data":{"addr":{"type":"fd","data":{"str":"a"}}}}}"#,
        #"{"backend":{"data":{"addr":{"type":"fd","data":{"str":"Pa"}}}}}"#
      ),
      (#"{"uri":"fd:a"}"#, #"{"uri":"fd:Pa"}"#), (#"{"uri":"fd:z"}"#, #"{"uri":"fd:z"}"#),
      (#"{"uri":"tcp:a"}"#, #"{"uri":"tcp:a"}"#),
      (
        #"{"channels":[{"addr":{"transport":"socket","type":"fd","str":"b"}}]}"#,
        #"{"channels":[{"addr":{"transport":"socket","type":"fd","str":"Pb"}}]}"#
      ),
    ])
  func references(arguments: String, expected: String) throws {
    var bench = Bench()
    let client = bench.client(.manager)
    bench.send(client, getfd("a") + getfd("b"), descriptors: [100, 101])
    let prefix = try #require(bench.qemu.names.keys.first { $0.hasSuffix("a") }).dropLast()
    bench.send(client, #"{"execute":"anything","arguments":\#(arguments)}"#)
    let rewritten = bench.qemu.arguments.last ?? ""
    #expect(
      rewritten.split(separator: prefix, omittingEmptySubsequences: false).joined(separator: "P") == expected)
  }

  @Test("does not let a client use the full name of another client's descriptor", arguments: [true, false])
  func fullName(isEscaped: Bool) throws {
    var bench = Bench(allowed: .all)
    let one = bench.client(.readWrite)
    let two = bench.client(.readWrite)
    bench.send(one, getfd("a"), descriptors: [100])
    let name = try #require(bench.qemu.names.keys.first)
    let text = isEscaped ? name.replacing("0", with: "\\u0030") : name
    for members in ["\"fd\":\"\(text)\"", "\"fdname\":\"\(text)\""] {
      bench.send(two, #"{"execute":"netdev_add","arguments":{\#(members)}}"#)
    }
    #expect(bench.qemu.names.keys.first == name)
    #expect(bench.lines(two).allSatisfy { $0.contains("has not been found") })
  }

  @Test("closes a descriptor whose command is refused") func refused() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.send(client, getfd("1a"), descriptors: [100])
    #expect(bench.lines(client) == [failure("Parameter 'fdname' expects a name not starting with a digit")])
    #expect(bench.closed == [100])
    #expect(bench.qemu.names.isEmpty)
  }

  @Test("keeps the descriptor of a command with wrong arguments for the next command") func wrongArguments() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.log = []
    bench.send(
      client, #"{"execute":"getfd","arguments":{"fdname":"a","z":1}}"# + getfd("b"), descriptors: [100])
    let sent = bench.log.compactMap { action -> Int32?? in
      guard case .sendToQEMU(_, let descriptor) = action else { return nil }
      return .some(descriptor)
    }
    #expect(sent == [nil, 100])
  }

  @Test("keeps fdsets apart") func fdsets() {
    var bench = Bench()
    let one = bench.client(.readWrite)
    let two = bench.client(.readWrite)
    bench.send(one, #"{"execute":"add-fd","id":1}"#, descriptors: [100])
    bench.send(two, #"{"execute":"add-fd","arguments":{"fdset-id":7}}"#, descriptors: [101])
    #expect(bench.lines(one) == [#"{"return": {"fd": 11, "fdset-id": 0}, "id": 1}"#])
    bench.output = [:]
    bench.send(two, #"{"execute":"add-fd","arguments":{"fdset-id":0}}"#, descriptors: [102])
    bench.send(two, #"{"execute":"remove-fd","arguments":{"fdset-id":0}}"#)
    #expect(
      bench.lines(two) == [
        failure("The fdset 0 belongs to another client; leave out fdset-id, or use another number"),
        failure("The fdset 0 belongs to another client"),
      ])
    #expect(bench.closed.contains(102))
    bench.output = [:]
    bench.send(one, #"{"execute":"remove-fd","arguments":{"fdset-id":0}}"#)
    bench.send(two, #"{"execute":"add-fd","arguments":{"fdset-id":0}}"#, descriptors: [103])
    #expect(bench.lines(one) == [success])
    #expect(bench.lines(two) == [#"{"return": {"fd": 13, "fdset-id": 0}}"#])
  }

  @Test("releases what a client has left") func disconnecting() {
    var bench = Bench()
    let one = bench.client(.readWrite)
    let two = bench.client(.readWrite)
    bench.send(
      one, getfd("a") + getfd("b") + #"{"execute":"add-fd"}{"execute":"add-fd"}"#, descriptors: [1, 2, 3, 4])
    bench.send(two, getfd("a") + #"{"execute":"add-fd"}"#, descriptors: [5, 6, 7])
    bench.multiplexer.disconnect(one)
    bench.run()
    #expect(bench.qemu.names.count == 1)
    #expect(bench.qemu.fdsets.count == 1)
    bench.output = [:]
    bench.send(two, #"{"execute":"add-fd","arguments":{"fdset-id":0}}"#)
    #expect(bench.lines(two).last?.contains("\"fdset-id\": 0") == true)
    bench.multiplexer.disconnect(two)
    bench.run()
    #expect(bench.qemu.names.isEmpty)
    #expect(bench.qemu.fdsets.isEmpty)
    #expect(bench.closed.sorted() == [1, 2, 3, 4, 5, 6, 7])
  }

  @Test("releases what a command in flight makes after its client has gone") func inFlight() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.isHeld = true
    bench.send(client, #"{"execute":"add-fd"}"# + getfd("a") + getfd("b"), descriptors: [1, 2, 3])
    bench.multiplexer.disconnect(client)
    bench.isHeld = false
    bench.run()
    #expect(bench.qemu.fdsets.isEmpty)
    #expect(bench.qemu.commands.suffix(2) == ["add-fd", "remove-fd"])
    #expect(bench.closed.sorted() == [1, 2, 3])

    let other = bench.client(.readWrite)
    bench.isHeld = true
    bench.send(other, getfd("a"), descriptors: [4])
    bench.multiplexer.disconnect(other)
    bench.isHeld = false
    bench.run()
    #expect(bench.qemu.names.isEmpty)
  }

  @Test("cuts a client with more than 16 descriptors that no command takes") func tooMany() {
    var bench = Bench()
    let client = bench.client(.readWrite)
    bench.send(client, " ", descriptors: Array(1...16))
    #expect(bench.cut.isEmpty)
    bench.send(client, " ", descriptors: [17])
    #expect(bench.cut == [client])
    #expect(bench.closed.sorted() == Array(1...17))
    bench.send(client, " ", descriptors: [18])
    #expect(bench.closed.contains(18))
  }

  @Test("sends a descriptor of the supervisor, whose set no client may change") func ownDescriptors() {
    var bench = Bench()
    let client = bench.client(.manager)
    bench.multiplexer.execute("add-fd", descriptor: 50, token: 1)
    bench.run()
    #expect(
      bench.log.contains(
        .reply(token: 1, .success(.init(unchecked: Array(#"{"fd": 11, "fdset-id": 0}"#.utf8)[...])))))
    bench.send(client, #"{"execute":"remove-fd","arguments":{"fdset-id":0}}"#)
    #expect(bench.lines(client) == [failure("The fdset 0 belongs to another client")])
    bench.multiplexer.execute("remove-fd", arguments: .object([("fdset-id", .integer(0))]), token: 2)
    bench.run()
    #expect(bench.qemu.fdsets.isEmpty)
    bench.send(client, #"{"execute":"remove-fd","arguments":{"fdset-id":0}}"#)
    #expect(bench.lines(client).last == failure("File descriptor named 'fdset-id:0' not found"))
    bench.multiplexer.execute("add-fd", descriptor: 51, token: 3)
    bench.run()
    bench.multiplexer.disconnected()
    bench.multiplexer.execute("add-fd", descriptor: 52, token: 4)
    bench.run()
    #expect(bench.closed == [50, 51, 52])
    bench.qemu = FakeQEMU()
    bench.connect()
    let next = bench.client(.manager)
    bench.send(next, #"{"execute":"add-fd","arguments":{"fdset-id":0}}"#, descriptors: [53])
    #expect(bench.lines(next) == [#"{"return": {"fd": 11, "fdset-id": 0}}"#])
  }
}
