import BenchmarkSupport

/// Runs of the C client, of the same client again, of the library, and of the command, in turn.
///
/// Only runs of one round are compared with each other: a machine's pace changes within seconds. The client again shows how
/// far apart equal things come out.
struct Comparison {
  private(set) var client: [Sample] = []
  private(set) var again: [Sample] = []
  private(set) var library: [Sample] = []
  private(set) var command: [CommandRun] = []

  /// Every order in which three can take turns.
  private static let orders = [[0, 1, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0], [0, 2, 1], [1, 0, 2]]

  /// - Parameter rounds: how often each of the three runs.
  mutating func run(
    rounds: Int, _ first: ClientArm, _ second: ClientArm, _ arm: LibraryArm, _ whole: CommandArm?
  ) async throws {
    for round in 0..<rounds {
      if round % 2 == 0, let whole { command.append(try whole.run()) }
      for turn in Self.orders[round % Self.orders.count] {
        if Interrupts.shared.isReceived { throw BenchmarkError("interrupted in round \(round)") }
        switch turn {
        case 0: client.append(try first.run())
        case 1: again.append(try second.run())
        default: library.append(try await arm.run())
        }
      }
      if round % 2 == 1, let whole { command.append(try whole.run()) }
    }
  }

  /// A table: the medians of each arm in milliseconds, and the medians of the ratios within a round.
  var table: String {
    let rows: [(String, (Quantity) -> String)] = [
      ("C, ms", { milliseconds(client, $0) }), ("C again, ms", { milliseconds(again, $0) }),
      ("library, ms", { milliseconds(library, $0) }), ("C again / C", { ratio(again, $0) }),
      ("library / C", { ratio(library, $0) }),
    ]
    let headings = Sample.quantities.map { column($0.heading) }.joined()
    let lines = rows.map { name, cell in
      padded(name, 13) + Sample.quantities.map { column(cell($0.of)) }.joined()
    }
    return ([padded("", 13) + headings] + lines + wholeStart).joined(separator: "\n")
  }

  /// The time of the whole command, beside that of the client until verified.
  private var wholeStart: [String] {
    if command.isEmpty { return [] }
    let wall = fixed(Median(command.map(\.wall)).value / 1e6, 2)
    let cpu = fixed(Median(command.map(\.processorTime)).value / 1e6, 2)
    let ratio = Median(zip(command, client).map { $0.wall / $1.verified })
    return ["qemuctl start, whole: \(wall) ms, CPU \(cpu) ms; to the verified C \(ratio)"]
  }

  private typealias Quantity = (Sample) -> Double

  private func milliseconds(_ samples: [Sample], _ quantity: Quantity) -> String {
    fixed(Median(samples.map(quantity)).value / 1e6, 2)
  }

  private func ratio(_ samples: [Sample], _ quantity: Quantity) -> String {
    Median(zip(samples, client).map { quantity($0) / quantity($1) }).description
  }

  private func column(_ text: String) -> String { "  " + padded(text, 21) }
}
