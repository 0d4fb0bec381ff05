/// What the dotted keys of one argument build: QEMU refuses a key that is both a value and a path, and a list with a gap.
struct KeyvalTree {
  private struct Node {
    var children: [String: Int] = [:]
    var isValue = false
    var largestIndex = -1
    var indices = 0
  }

  private var nodes = [Node()]

  static func requireConsistent(_ assignments: [LocatedAssignment]) throws(CommandLineError) {
    // Without a path nothing can contradict: of a repeated name the last counts.
    guard assignments.contains(where: { $0.assignment.name.utf8.contains(UInt8(ascii: ".")) }) else { return }
    var tree = KeyvalTree()
    for assignment in assignments { try tree.add(assignment) }
    // A gap can only be seen when all is there; the first key that stands in such a list has the blame.
    for assignment in assignments { try tree.requireNoGap(assignment) }
  }

  private mutating func add(_ located: LocatedAssignment) throws(CommandLineError) {
    var node = 0
    for part in parts(located) {
      if nodes[node].isValue { throw inconsistent(located) }
      node = child(part, of: node)
    }
    guard nodes[node].children.isEmpty else { throw inconsistent(located) }
    nodes[node].isValue = true
  }

  private mutating func child(_ part: Substring.UTF8View, of node: Int) -> Int {
    let name = String(Substring(part))
    if let known = nodes[node].children[name] { return known }
    nodes.append(Node())
    nodes[node].children[name] = nodes.count - 1
    if KeyvalKey.isIndex(part) {
      nodes[node].indices += 1
      nodes[node].largestIndex = max(nodes[node].largestIndex, Int(name) ?? .max)
    }
    return nodes.count - 1
  }

  private func requireNoGap(_ located: LocatedAssignment) throws(CommandLineError) {
    var node = 0
    for part in parts(located) {
      let here = nodes[node]
      if here.indices > 0, here.indices != here.children.count { throw inconsistent(located) }
      if here.indices > 0, here.largestIndex != here.indices - 1 {
        throw CommandLineError(
          .malformedText, "the list that \(located.assignment.name.prefix(80)) belongs to has a gap",
          at: .init(column: located.column), remedy: "number the list's elements from 0 without a gap")
      }
      guard let next = here.children[String(Substring(part))] else { return }
      node = next
    }
  }

  private func parts(_ located: LocatedAssignment) -> [Substring.UTF8View] {
    located.assignment.name.utf8.split(separator: UInt8(ascii: "."))
  }

  private func inconsistent(_ located: LocatedAssignment) -> CommandLineError {
    CommandLineError(
      .malformedText,
      "\(located.assignment.name.prefix(80)) is used both as a value and as a path, or as list and object",
      at: .init(column: located.column), remedy: "use it in one way")
  }
}
