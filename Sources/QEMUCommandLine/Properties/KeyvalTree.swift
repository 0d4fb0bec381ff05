/// The tree of the dotted keys of an argument. QEMU refuses a key that is both a value and a path, and a list with a
/// gap.
struct KeyvalTree {
  private struct Node {
    var children: [String: Int] = [:]
    var isValue = false
    var largestIndex = -1
    var indices = 0
  }

  private var nodes = [Node()]

  private enum Fault {
    case inconsistent
    case gap
  }

  static func requireConsistent(_ read: ReadAssignments) throws(CommandLineError) {
    // Without a path there is no conflict: the last of a repeated name has effect.
    var hasPath = false
    read.list.forEachBytes { _, name, _ in
      for index in name.indices where name[index] == UInt8(ascii: ".") { hasPath = true }
      return !hasPath
    }
    if !hasPath { return }
    var tree = KeyvalTree()
    for (number, assignment) in read.list.enumerated() where !tree.add(assignment.name) {
      throw error(.inconsistent, read, number)
    }
    // A gap is visible only after all keys are added; the error is reported at the first key of the list.
    for (number, assignment) in read.list.enumerated() {
      if let fault = tree.fault(at: assignment.name) { throw error(fault, read, number) }
    }
  }

  /// Adds a name.
  /// - Returns: `false` if the name conflicts with previous names.
  private mutating func add(_ name: String) -> Bool {
    var node = 0
    for part in Self.parts(name) {
      if nodes[node].isValue { return false }
      node = child(part, of: node)
    }
    if !nodes[node].children.isEmpty { return false }
    nodes[node].isValue = true
    return true
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

  private func fault(at name: String) -> Fault? {
    var node = 0
    for part in Self.parts(name) {
      let here = nodes[node]
      if here.indices > 0, here.indices != here.children.count { return .inconsistent }
      if here.indices > 0, here.largestIndex != here.indices - 1 { return .gap }
      guard let next = here.children[String(Substring(part))] else { return nil }
      node = next
    }
    return nil
  }

  private static func parts(_ name: String) -> [Substring.UTF8View] {
    name.utf8.split(separator: UInt8(ascii: "."))
  }

  private static func error(_ fault: Fault, _ read: ReadAssignments, _ number: Int) -> CommandLineError {
    let name = read.list[number].name.prefix(80)
    switch fault {
    case .inconsistent:
      return CommandLineError(
        .malformedText, "\(name) is used both as a value and as a path, or as list and object",
        at: .init(column: read.column(of: number)), remedy: "use it in one way")
    case .gap:
      return CommandLineError(
        .malformedText, "the list that \(name) belongs to has a gap",
        at: .init(column: read.column(of: number)),
        remedy: "number the list's elements from 0 without a gap")
    }
  }
}
