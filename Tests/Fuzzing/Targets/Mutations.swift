import RandomValues

/// Changes inputs a little, the same way with the same seed: the short run that needs no fuzzer.
package struct Mutations {
  private let corpus: [[UInt8]]
  private var numbers: SplitMix64
  /// Bytes that mean something to one of the targets.
  private static let telling = Array("\0\n\r\t \"'\\,=:;.{}[]-+09eE\u{301}".utf8) + [0x80, 0xFF]

  /// - Parameter corpus: what is changed; not empty.
  package init(of corpus: [[UInt8]], seed: UInt64) {
    self.corpus = corpus
    numbers = SplitMix64(seed: seed)
  }

  /// An input of the corpus with one to eight changes.
  package mutating func next() -> [UInt8] {
    var bytes = corpus.randomElement(using: &numbers) ?? []
    for _ in 0..<Int.random(in: 1...8, using: &numbers) { change(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = Int.random(in: 0...bytes.count, using: &numbers)
    let range = place..<min(bytes.count, place + Int.random(in: 1...16, using: &numbers))
    switch Int.random(in: 0..<6, using: &numbers) {
    case 0: bytes.insert(Self.telling.randomElement(using: &numbers) ?? 0, at: place)
    case 1: bytes.insert(.random(in: 0...255, using: &numbers), at: place)
    case 2: bytes.removeSubrange(range)
    case 3: bytes.insert(contentsOf: bytes[range], at: place)
    case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
    default: splice(&bytes, at: place)
    }
  }

  /// Lets the input go on as another one does.
  private mutating func splice(_ bytes: inout [UInt8], at place: Int) {
    guard let other = corpus.randomElement(using: &numbers) else { return }
    bytes.replaceSubrange(place..., with: other.dropFirst(Int.random(in: 0...other.count, using: &numbers)))
  }
}
