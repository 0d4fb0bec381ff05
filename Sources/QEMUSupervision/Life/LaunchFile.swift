/// The launch of a QEMU, as a command passes it to the supervisor in a file.
///
/// Arguments and environment need not be UTF-8.
package struct LaunchFile: Sendable, Hashable {
  /// The source of a descriptor of QEMU.
  package enum Source: Sendable, Hashable {
    /// A descriptor that is passed with the launch, by its index among them.
    case passed(Int)
    /// The input and output that the supervisor keeps: the console.
    case consoleInput, consoleOutput
    /// A file in memory with these bytes.
    case bytes([UInt8])
  }

  /// The program's path.
  package var program: [UInt8]
  /// The arguments, beginning with the program's name.
  package var arguments: [[UInt8]]
  /// The variables of the environment, each `NAME=VALUE`.
  package var environment: [[UInt8]]
  /// The working directory.
  package var directory: [UInt8]
  /// The id of the run, which is a part of the names of its files.
  package var run: [UInt8]
  /// The descriptors, by their number in QEMU.
  package var descriptors: [(number: Int32, source: Source)]
  /// A Boolean value that indicates whether QEMU's core dumps are limited to 0 bytes.
  package var limitsCoreDumps: Bool

  package init(
    program: [UInt8], arguments: [[UInt8]], environment: [[UInt8]], directory: [UInt8], run: [UInt8],
    descriptors: [(number: Int32, source: Source)], limitsCoreDumps: Bool
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.run = run
    self.descriptors = descriptors
    self.limitsCoreDumps = limitsCoreDumps
  }

  package static func == (left: LaunchFile, right: LaunchFile) -> Bool { left.bytes == right.bytes }

  package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

// The format: fields, each a length in decimal, a colon, and the bytes. Lists begin with a field that is
// their count.

extension LaunchFile {
  private static let format = "qemuctl-launch-1"
  private static let mostDescriptors = 4096
  fileprivate static let mostFields = 1 << 20

  /// The file's bytes.
  package var bytes: [UInt8] {
    var writer = FieldWriter()
    writer.add(Array(Self.format.utf8))
    for field in [program, directory, run] { writer.add(field) }
    writer.add(limitsCoreDumps ? 1 : 0)
    for list in [arguments, environment] {
      writer.add(list.count)
      for field in list { writer.add(field) }
    }
    writer.add(descriptors.count)
    for (number, source) in descriptors {
      writer.add(Int(number))
      switch source {
      case .passed(let index): writer.add(Array("passed".utf8)); writer.add(index)
      case .consoleInput: writer.add(Array("input".utf8))
      case .consoleOutput: writer.add(Array("output".utf8))
      case .bytes(let bytes): writer.add(Array("bytes".utf8)); writer.add(bytes)
      }
    }
    return writer.bytes
  }

  /// Reads a file; nil if it is not one, or of another version.
  package init?(_ bytes: ArraySlice<UInt8>) {
    var reader = FieldReader(rest: bytes)
    guard reader.text() == Self.format, let program = reader.field(), let directory = reader.field(),
      let run = reader.field(), let limit = reader.number(), let arguments = reader.list(),
      let environment = reader.list(), let count = reader.number(), count <= Self.mostDescriptors
    else { return nil }
    var descriptors: [(number: Int32, source: Source)] = []
    for _ in 0..<count {
      guard let number = reader.number().flatMap({ Int32(exactly: $0) }), let source = reader.source() else {
        return nil
      }
      descriptors.append((number, source))
    }
    guard reader.rest.isEmpty else { return nil }
    self.init(
      program: program, arguments: arguments, environment: environment, directory: directory, run: run,
      descriptors: descriptors, limitsCoreDumps: limit != 0)
  }
}

private struct FieldWriter {
  var bytes: [UInt8] = []

  mutating func add(_ field: [UInt8]) {
    bytes += Array("\(field.count):".utf8)
    bytes += field
  }

  mutating func add(_ number: Int) { add(Array(String(number).utf8)) }
}

private struct FieldReader {
  var rest: ArraySlice<UInt8>

  mutating func field() -> [UInt8]? {
    var count = 0
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: ":") {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
      }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), count < 1 << 30 else { return nil }
      count = count * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return nil
  }

  mutating func text() -> String? { field().map { String(decoding: $0, as: UTF8.self) } }

  mutating func number() -> Int? { text().flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }

  mutating func list() -> [[UInt8]]? {
    guard let count = number(), count <= LaunchFile.mostFields else { return nil }
    var fields: [[UInt8]] = []
    for _ in 0..<count {
      guard let field = field() else { return nil }
      fields.append(field)
    }
    return fields
  }

  mutating func source() -> LaunchFile.Source? {
    switch text() {
    case "passed": number().map { .passed($0) }
    case "input": .consoleInput
    case "output": .consoleOutput
    case "bytes": field().map { .bytes($0) }
    default: nil
    }
  }
}
