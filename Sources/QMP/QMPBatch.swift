import QEMUJSON
import Synchronization

/// Collects the results of commands that were sent together.
final class QMPBatch: Sendable {
  typealias Results = [Result<JSON, QMPError>]

  private struct State {
    var results: [Result<JSON, QMPError>?]
    var missing: Int
    var identifiers: [Int64] = []
    var continuation: CheckedContinuation<Results, Never>?
  }

  private let state: Mutex<State>

  init(count: Int) {
    state = Mutex(State(results: Array(repeating: nil, count: count), missing: count))
  }

  /// The ids of the commands that were sent.
  var identifiers: [Int64] { state.withLock { $0.identifiers } }

  func begin(_ continuation: CheckedContinuation<Results, Never>) {
    state.withLock { $0.continuation = continuation }
  }

  func register(_ id: Int64) {
    state.withLock { $0.identifiers.append(id) }
  }

  func complete(_ index: Int, _ result: Result<JSON, QMPError>) {
    let finished = state.withLock { state -> (CheckedContinuation<Results, Never>, Results)? in
      if state.results[index] != nil { return nil }
      state.results[index] = result
      state.missing -= 1
      guard state.missing == 0, let continuation = state.continuation else { return nil }
      state.continuation = nil
      return (continuation, state.results.compactMap(\.self))
    }
    if let (continuation, results) = finished { continuation.resume(returning: results) }
  }
}
