/// Names the commands of one connection, as briefly as can be: QEMU reads a byte of a command per turn of its main loop.
///
/// An id is given again only once its reply has come.
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

  mutating func giveBack(_ id: Int64) {
    taken -= 1
    if taken > 0 { return free.append(id) }
    // After a crowd of commands ids are short again.
    free.removeAll()
    next = 0
  }
}
