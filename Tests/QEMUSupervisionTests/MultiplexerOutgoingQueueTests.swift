import QEMUSupervision
import Testing

@Suite("Outgoing queue") struct OutgoingQueueTests {
  /// Sends up to a number of bytes.
  private func send(_ queue: inout OutgoingQueue, _ limit: Int = .max) -> [UInt8] {
    var result: [UInt8] = []
    while result.count < limit, let front = queue.withFront({ Array($0.prefix(limit - result.count)) }) {
      queue.advance(front.count)
      result += front
    }
    return result
  }

  private func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
  }

  @Test("sends what was appended in any steps") func order() {
    var random = SeededRandom(seed: 3)
    var queue = OutgoingQueue()
    var expected: [UInt8] = []
    var sent: [UInt8] = []
    for step in 0..<5000 {
      let bytes = [UInt8](repeating: UInt8(step % 251), count: Int.random(in: 0...300, using: &random))
      queue.append(bytes)
      expected += bytes
      sent += send(&queue, Int.random(in: 0...400, using: &random))
      #expect(queue.count == expected.count - sent.count)
    }
    sent += send(&queue)
    #expect(sent == expected)
    #expect(queue.isEmpty && !queue.isOverflown)
  }

  @Test("drops the lines that have not begun, and ends with an error") func overflow() {
    var queue = OutgoingQueue(limit: 100)
    queue.append(Array("first line\r\nsecond ".utf8))
    queue.append(Array("line\r\nthird line\r\n".utf8))
    var sent = send(&queue, 15)
    queue.append([UInt8](repeating: UInt8(ascii: "x"), count: 100))
    #expect(queue.isOverflown)
    queue.append(Array("late\r\n".utf8))
    sent += send(&queue)
    #expect(
      lines(sent) == [
        "first line", "second line",
        #"{"error": {"class": "GenericError", "desc": "The client did not read its socket, "#
          + #"and more than 100 bytes were waiting"}}"#,
      ])
    #expect(queue.isEmpty)
  }

  @Test("drops everything if no line has begun", arguments: [0, 12]) func overflowBetweenLines(sentCount: Int)
  {
    var queue = OutgoingQueue(limit: 100)
    queue.append(Array("first line\r\nsecond line\r\n".utf8))
    let sent = send(&queue, sentCount)
    queue.append([UInt8](repeating: UInt8(ascii: "x"), count: 100))
    let rest = lines(sent + send(&queue))
    #expect(rest.count == (sentCount == 0 ? 1 : 2))
    #expect(rest.last.flatMap { JSONText($0) }?["error"] != nil)
  }

  @Test("ends a line whose end has not arrived") func overflowWithinLine() {
    var queue = OutgoingQueue(limit: 100)
    queue.append([UInt8](repeating: UInt8(ascii: "a"), count: 90))
    let sent = send(&queue, 10)
    queue.append([UInt8](repeating: UInt8(ascii: "a"), count: 90))
    let rest = lines(sent + send(&queue))
    #expect(rest.count == 2)
    #expect(rest.last.flatMap { JSONText($0) }?["error"] != nil)
  }

  @Test("ignores more than was to be sent") func advance() {
    var queue = OutgoingQueue()
    queue.append([1, 2, 3])
    queue.advance(-1)
    queue.advance(10)
    #expect(queue.isEmpty)
    #expect(queue.withFront { $0.count } == nil)
  }
}
