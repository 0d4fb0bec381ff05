import QEMUSupervision
import Testing

@Suite("Multiplexer: random input") struct MultiplexerRandomTests {
  /// One input of a client, and the line with which a QEMU of its own answers.
  private struct Step {
    let input: String
    let line: String
  }

  private static func step(_ number: Int, _ random: inout SeededRandom) -> Step {
    let id = Bool.random(using: &random) ? "\(number)" : nil
    let member = id.map { ",\"id\": \($0)" } ?? ""
    let ending = id.map { ", \"id\": \($0)}" } ?? "}"
    let beginning = "{" + (id.map { "\"id\": \($0), " } ?? "") + #""error": {"class": "#
    func failure(_ text: String) -> String { #"{"error": {"class": "GenericError", "desc": "\#(text)"}}"# }
    switch Int.random(in: 0..<11, using: &random) {
    case 0: return Step(input: "foo ", line: failure("JSON parse error, invalid keyword 'foo'"))
    case 1: return Step(input: "[1,]", line: failure("JSON parse error, expecting value"))
    case 2: return Step(input: "[] ", line: failure("QMP input must be a JSON object"))
    case 3:
      return Step(
        input: #"{"execute":"nope"\#(member)}"#,
        line: beginning + #""CommandNotFound", "desc": "The command nope has not been found"}}"#)
    case 4:
      return Step(
        input: #"{"execute":"qmp_capabilities"\#(member)}"#,
        line: beginning
          + #""CommandNotFound", "desc": "Capabilities negotiation is already complete, command ignored"}}"#)
    case 5:
      return Step(
        input: #"{"execute":"fail" \#(member)}"#,
        line: beginning + #""GenericError", "desc": "It failed: \"x\""}}"#)
    case 6:
      return Step(
        input: #"{"execute":"query-big"\#(member)}"#, line: #"{"return": \#(FakeQEMU.bigValue)"# + ending)
    case 7: return Step(input: #"{"execute":"stop"\#(member)}"#, line: #"{"return": {}"# + ending)
    case 8:
      return Step(
        input: #"{"execute":"closefd","arguments":{"fdname":"a"}\#(member)}"#,
        line: beginning + #""GenericError", "desc": "File descriptor named 'a' not found"}}"#)
    default:
      return Step(
        input: #"{"execute":"query-\#(number)"\#(member)}"#,
        line: #"{"return": \#(FakeQEMU.value(of: "query-\(number)"))"# + ending)
    }
  }

  @Test("shows each client what a QEMU of its own would show", arguments: 1...30)
  func differential(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var bench = Bench(allowed: .all)
    var expected: [Int: [String]] = [:]
    var inputs: [Int: [UInt8]] = [:]
    for _ in 0..<Int.random(in: 1...5, using: &random) {
      let client = bench.client(Bool.random(using: &random) ? .readWrite : .manager)
      let steps = (0..<Int.random(in: 0...30, using: &random)).map { Self.step($0, &random) }
      expected[client] = steps.map(\.line)
      inputs[client] = steps.flatMap { Array($0.input.utf8) }
    }
    let sizes = SizeSource(seed: seed)
    bench.chunk = { _ in sizes.next() }
    while let client = inputs.keys.sorted().filter({ inputs[$0]?.isEmpty == false }).randomElement(
      using: &random)
    {
      bench.isHeld =
        Int.random(in: 0..<3, using: &random) > 0 && inputs.keys.contains { !bench.paused.contains($0) }
      if !bench.paused.contains(client), let rest = inputs[client] {
        let size = min(Int.random(in: 1...80, using: &random), rest.count)
        bench.multiplexer.receive(from: client, Array(rest.prefix(size)))
        inputs[client] = Array(rest.dropFirst(size))
      } else {
        bench.isHeld = false
      }
      bench.run()
    }
    bench.isHeld = false
    bench.run()
    let event = FakeQEMU.events(of: "stop")[0]
    let stops = expected.values.joined().filter { $0.hasPrefix(#"{"return": {}"#) }.count
    for client in expected.keys {
      #expect(bench.lines(client).filter { $0 != event } == expected[client], "seed \(seed)")
      #expect(bench.lines(client).filter { $0 == event }.count == stops, "seed \(seed)")
    }
    #expect(bench.paused.isEmpty)
  }

  /// Sizes of chunks that are the same for each seed.
  private final class SizeSource {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed &+ 1000) }

    func next() -> Int {
      Bool.random(using: &random)
        ? Int.random(in: 1...20, using: &random) : Int.random(in: 1...20_000, using: &random)
    }
  }

  @Test("survives random bytes of clients and QEMU", arguments: 1...4)
  func randomBytes(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var multiplexer = Multiplexer(secret: [UInt8](repeating: 1, count: 16), allowed: .all)
    let words = [
      #"{"execute":"#, #""query-a""#, "\"qmp_capabilities\"", #","arguments":{"#, "}", "}}", #""id":"#, "[1]",
      "\r\n",
      #"{"return": "#, #"{"error": {"class": "X", "desc": "y"}}"#, #"{"QMP": {}}"#, #"{"event": "E"}"#,
      "\u{0}", "'",
      FakeQEMU.greeting, #"{"execute":"getfd","arguments":{"fdname":"a"}}"#, #"{"execute":"add-fd"}"#,
      #"{"return": {"fd": 1, "fdset-id": 99999999999999999999}}"#, #"{"execute":"qmp_capabilities"}"#,
      "\"exec-oob\":",
      #"{"exec-oob":"yank","id":1}"#, #"{"execute":"supervisor-x"}"#, #"{"execute":"quit"}"#, "é", "\\u00",
    ]
    var descriptor: Int32 = 0
    var open: Set<Int32> = []
    for _ in 0..<2500 {
      let bytes = Array((0..<3).map { _ in words.randomElement(using: &random) ?? "" }.joined().utf8)
      let client = Int.random(in: 0...8, using: &random)
      switch Int.random(in: 0..<40, using: &random) {
      case 0: multiplexer.connected()
      case 1: multiplexer.disconnected()
      case 2, 3:
        _ = multiplexer.connect([.readOnly, .readWrite, .manager].randomElement(using: &random) ?? .manager)
      case 4: multiplexer.disconnect(client)
      case 5: multiplexer.execute("query-x", outOfBand: Bool.random(using: &random), token: 1)
      case 6: multiplexer.answer(client, with: .success(.null))
      case 7: multiplexer.broadcast(.null)
      case 8..<20: multiplexer.receive(fromQEMU: bytes)
      default:
        descriptor += 1
        open.insert(descriptor)
        multiplexer.receive(from: client, bytes, descriptors: [descriptor])
      }
      answerAsQEMU(&multiplexer, &open)
    }
    multiplexer.disconnected()
    for client in 0...200 { multiplexer.disconnect(client) }
    answerAsQEMU(&multiplexer, &open)
    #expect(open.isEmpty, "seed \(seed)")
  }

  /// Answers the negotiation, and notes the descriptors that are closed.
  private func answerAsQEMU(_ multiplexer: inout Multiplexer, _ open: inout Set<Int32>) {
    for action in multiplexer.takeActions() {
      switch action {
      case .sendToQEMU(let bytes, let descriptor):
        if let descriptor { open.remove(descriptor) }
        guard let id = JSONText(bytes[...])?["id"]?.string else { continue }
        multiplexer.receive(fromQEMU: Array("{\"return\": {}, \"id\": \"\(id)\"}\r\n".utf8))
      case .closeDescriptor(let descriptor): #expect(open.remove(descriptor) != nil)
      case .call(_, let call): open.subtract(call.descriptors)
      default: break
      }
    }
  }
}
