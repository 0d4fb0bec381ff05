import BenchmarkSupport
import QEMUJSON
import QMP

/// The cost of executing a command several times.
struct Sample {
  /// The middle of the round trips, in nanoseconds.
  let trip: Double
  /// The client's processor time for each command, in nanoseconds.
  let processorTime: Double
  /// The messages that came, events and replies.
  let messages: Double
}

/// A client that executes commands on a connection of its own.
protocol Arm {
  /// The name of the client in the table.
  var name: String { get }
  /// Executes a command so often, one after the other.
  func run(_ count: Int, _ command: BenchmarkCommand) async throws -> Sample
  /// Closes its connection.
  func end() async
}

/// The commands that are measured.
enum BenchmarkCommand: String {
  /// The smallest there is: what a command costs.
  case status = "query-status"
  /// A reply of 200 kB, taken to a typed value by the library, and parsed by the others.
  case schema = "query-qmp-schema"
  /// A command that many events come before.
  case events = "go"
}

/// A client that is a program of its own.
final class ProgramArm: Arm {
  let name: String
  private let program: LineProgram

  init(_ name: String, _ program: String, _ arguments: [String], environment: [String] = []) throws {
    self.name = name
    self.program = try LineProgram(program, arguments, environment: environment)
  }

  func run(_ count: Int, _ command: BenchmarkCommand) async throws -> Sample {
    let reply = try JSON.parse(program.ask("\(count) \(command.rawValue)"))
    guard let trip = reply["trip"]?.doubleValue, let cpu = reply["cpu"]?.doubleValue,
      let messages = reply["messages"]?.doubleValue
    else { throw BenchmarkError("\(name) said \(reply)") }
    return Sample(trip: trip, processorTime: cpu, messages: messages)
  }

  func end() async { await program.end() }
}

/// This library, called on its own loop or from anywhere.
struct LibraryArm: Arm {
  let name: String
  let session: QMPSession
  let isOnLoop: Bool

  func run(_ count: Int, _ command: BenchmarkCommand) async throws -> Sample {
    if !isOnLoop { return try await measure(count, command) }
    return try await withTaskExecutorPreference(QMPSession.executor) {
      // The switch to the loop is the caller's, once, and not the commands'.
      await Task.yield()
      return try await measure(count, command)
    }
  }

  private func measure(_ count: Int, _ command: BenchmarkCommand) async throws -> Sample {
    let events = await session.events(capacity: 1 << 20)
    let counter = Task { try await Self.count(events) }
    var trips: [Double] = []
    trips.reserveCapacity(count)
    let cpu = processorTime()
    for _ in 0..<count {
      let begin = ContinuousClock.now
      try await execute(command)
      trips.append((ContinuousClock.now - begin) / .nanoseconds(1))
    }
    // A cancelled reader still takes what is there.
    counter.cancel()
    let messages = try await counter.value + Double(count)
    let used = processorTime() - cpu
    trips.sort()
    return Sample(trip: trips[count / 2], processorTime: used / Double(count), messages: messages)
  }

  private func execute(_ command: BenchmarkCommand) async throws {
    switch command {
    case .status: _ = try await session.execute(QueryStatus())
    case .schema: _ = try await session.execute(QueryQMPSchema())
    case .events: _ = try await session.execute(command.rawValue, timeout: .seconds(60))
    }
  }

  /// Takes every event to its type.
  private static func count(_ events: QMPEvents) async throws -> Double {
    var count = 0.0
    for await element in events {
      guard case .event(let message) = element else { throw BenchmarkError("events were lost") }
      if try message.decoded(as: ResetEvent.self) != nil { count += 1 }
    }
    return count
  }

  func end() async { await session.close() }
}
