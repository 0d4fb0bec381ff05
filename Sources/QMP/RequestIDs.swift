/// The ids of the commands of a connection. They are short, because QEMU reads one byte per iteration of its main loop.
///
/// An id is reused only after its reply has arrived.
struct RequestIDs {
  private var next: Int64 = 0
  private var free: [Int64] = []
  private var taken = 0

  mutating func take() -> Int64 {
    taken += 1
    if let id = free.popLast() { return id }
    defer { next += 1 }
    return next
  }

  mutating func release(_ id: Int64) {
    taken -= 1
    if taken > 0 { return free.append(id) }
    // After many concurrent commands, ids are short again.
    free.removeAll()
    next = 0
  }
}
