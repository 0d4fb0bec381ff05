import Foundation

/// Lets so many in at once; the others wait in order.
actor Turnstile {
  /// As many as there are processors: more QEMUs at once take memory, and no time off.
  static let processors = Turnstile(width: ProcessInfo.processInfo.activeProcessorCount)

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(width: Int) { free = width }

  func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
