import QEMUJSON
import QMP
import RandomValues

/// The first byte says where the stream behind it is cut: whatever the cuts, the same lines come, and what is held stays
/// below the limit. Then the lines are a conversation; see ``Conversation``.
func fuzzFraming(_ bytes: UnsafeRawBufferPointer) throws(FuzzFinding) {
  guard let seed = bytes.first else { return }
  let stream = Array(bytes.dropFirst())
  let whole = stream.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
  let lines = try linesOfPieces(stream, seed)
  try require(lines == Array(whole.dropLast()), "cut at places of \(seed) the lines are \(lines.map(text))")
  var conversation = Conversation()
  for line in lines { try conversation.take(line) }
  try conversation.end()
}

/// A limit that short inputs reach.
private let limit = 256

private func linesOfPieces(_ stream: [UInt8], _ seed: UInt8) throws(FuzzFinding) -> [[UInt8]] {
  var cuts = SplitMix64(seed: UInt64(seed))
  var buffer = LineBuffer(limit: limit)
  var lines: [[UInt8]] = []
  var rest = stream[...]
  while !rest.isEmpty {
    let piece = rest.prefix(.random(in: 1...(seed == 0 ? rest.count : Int(seed)), using: &cuts))
    rest = rest.dropFirst(piece.count)
    // What was taken lies before the rest until it is more than the limit, and then the rest is moved to the front.
    let bound = buffer.pendingCount + limit + piece.count
    piece.withUnsafeBytes { buffer.append($0) }
    try require(buffer.heldCount <= bound, "\(buffer.heldCount) bytes are held, more than \(bound)")
    while let line = buffer.takeLine({ Array($0) }) { lines.append(line) }
    try requireTold(buffer, unfinished: stream.count - rest.count - lines.reduce(0) { $0 + $1.count + 1 })
  }
  return lines
}

private func requireTold(_ buffer: borrowing LineBuffer, unfinished: Int) throws(FuzzFinding) {
  let pending = buffer.pendingCount
  try require(pending == unfinished, "\(pending) bytes are pending, and \(unfinished) unfinished")
  try require(buffer.isOverflowing == (unfinished > limit), "\(unfinished) bytes overflow, or do not")
}

private func text(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self) }
