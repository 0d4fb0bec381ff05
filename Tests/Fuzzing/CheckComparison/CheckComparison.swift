package import QEMUCommandLine
import QEMULifecycle
package import QEMUObservation
import RandomValues

/// Generates command lines, and compares `check` with a frozen start of a binary.
package struct CheckComparison: Sendable {
  package let binary: QEMUBinary
  package private(set) var capabilities: BinaryCapabilities
  let vocabulary: Vocabulary
  /// Lines that are changed, all of which are valid for some QEMU.
  let bases: [[String]]
  package var width = 2
  package var timeout = Duration.seconds(10)

  package init(
    binary: QEMUBinary, capabilities: BinaryCapabilities, others: [BinaryCapabilities], bases: [[String]]
  ) {
    self.binary = binary
    self.capabilities = capabilities
    vocabulary = Vocabulary([capabilities] + others)
    self.bases = bases
  }

  /// A generated line.
  package struct Line: Sendable {
    package let words: [String]
    package let mutations: [String]
  }

  /// The lines that are changed, as they are.
  package var validLines: [Line] { bases.map { Line(words: $0, mutations: []) } }

  /// The lines of a seed; a line depends on the seed and its number alone.
  package func lines(_ count: Int, seed: UInt64) -> [Line] {
    var lines: [Line] = []
    var number: UInt64 = 0
    while lines.count < count, number < UInt64(count) * 8 {
      var random = SplitMix64(seed: seed &* 1_000_003 &+ number)
      number += 1
      _ = random.next()
      var words: [String] = []
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        words += bases.randomElement(using: &random) ?? []
      }
      var mutator = LineMutator(vocabulary: vocabulary, random: random)
      let mutated = mutator.mutate(words)
      if Self.isHarmless(mutated.words) { lines.append(Line(words: mutated.words, mutations: mutated.names)) }
    }
    return lines
  }

  /// Options that leave the process's own directory, or outlive it.
  private static let harmful: Set<String> = [
    "daemonize", "preconfig", "chroot", "runas", "run-with", "dump-vmstate", "qtest", "qtest-log", "tb-size",
    "s", "gdb",
    "pidfile", "help", "h", "version", "D", "enable-kvm", "xen-attach", "mem-path", "usbdevice",
  ]

  private static func isHarmless(_ words: [String]) -> Bool {
    words.allSatisfy { word in
      !(word.hasPrefix("-") && harmful.contains(String(word.drop { $0 == "-" })))
        && !["tap", "bridge", "exec:", "prealloc=on", "helper=", "script="].contains { word.contains($0) }
    }
  }

  /// Asks the binary for the buses of the machine types that lines ask for.
  package mutating func addBuses(of lines: [Line]) async {
    for line in lines {
      guard let configuration = try? QEMUConfiguration(arguments: line.words, unknownNames: .kept) else {
        continue
      }
      await binary.addBuses(to: &capabilities, of: configuration)
    }
  }

  /// Starts each line, so many at once, and compares; what was found out before is not asked again.
  package func compare(
    _ lines: [Line], known: [[String]: FrozenStart] = [:]
  ) async throws -> [ComparedLine] {
    let starter = try FrozenStarter(binary: binary.path)
    return try await withThrowingTaskGroup(of: (Int, FrozenStart).self) { group in
      var starts: [FrozenStart?] = Array(repeating: nil, count: lines.count)
      var next = 0
      var running = 0
      while next < lines.count || running > 0 {
        if next < lines.count, running < width {
          let (number, words) = (next, lines[next].words)
          next += 1
          if let outcome = known[words] {
            starts[number] = outcome
            continue
          }
          running += 1
          group.addTask { (number, try await starter.outcome(of: words, timeout: timeout)) }
        } else if let (number, outcome) = try await group.next() {
          starts[number] = outcome
          running -= 1
        }
      }
      return zip(lines, starts).compactMap { line, start in
        start.map {
          ComparedLine(words: line.words, mutations: line.mutations, start: $0, capabilities: capabilities)
        }
      }
    }
  }
}
