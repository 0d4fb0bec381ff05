import Glibc

/// The environment of a program, as bytes: names and values need not be UTF-8.
package struct ProcessEnvironment: Sendable, Hashable {
  /// The variables, each `NAME=VALUE`.
  package let variables: [[UInt8]]

  /// Makes an environment of variables, each `NAME=VALUE`.
  package init(_ variables: [String]) { self.variables = variables.map { Array($0.utf8) } }

  private init(bytes variables: [[UInt8]]) { self.variables = variables }

  /// The environment of this process.
  package static var current: ProcessEnvironment {
    var variables: [[UInt8]] = []
    var pointer = environ
    while let variable = pointer.pointee {
      variables.append(
        UnsafeBufferPointer(start: variable, count: strlen(variable)).map(UInt8.init(bitPattern:)))
      pointer += 1
    }
    return ProcessEnvironment(bytes: variables)
  }

  /// Returns the variables whose names satisfy a predicate.
  package func filter(_ isIncluded: (String) -> Bool) -> ProcessEnvironment {
    ProcessEnvironment(
      bytes: variables.filter { variable in
        isIncluded(String(decoding: variable.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self))
      })
  }

  /// Returns the same environment with some variables set.
  package func setting(_ added: [(name: String, value: String)]) -> ProcessEnvironment {
    if added.isEmpty { return self }
    let names = Set(added.map { Array($0.name.utf8) })
    let kept = variables.filter { !names.contains(Array($0.prefix { $0 != UInt8(ascii: "=") })) }
    return ProcessEnvironment(bytes: kept + added.map { Array("\($0.name)=\($0.value)".utf8) })
  }
}
