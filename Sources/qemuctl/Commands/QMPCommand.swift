import ArgumentParser
import QEMU

struct QMPCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qmp", abstract: "Execute a QMP command on a virtual machine or on any QMP socket.",
    discussion: """
      Prints the return value as JSON. Arguments are one JSON object, or key=value words; a value that is JSON is taken \
      as such, any other is a string, and a dotted key names a member of an object.
        qemuctl qmp web query-status
        qemuctl qmp web qom-get path=/machine property=type
        qemuctl qmp --socket /run/vm.sock query-block
      """)

  @Option(help: ArgumentHelp("A QMP socket, instead of a virtual machine's name.", valueName: "path"))
  var socket: String?

  @Option(help: ArgumentHelp("How long QEMU may take to answer.", valueName: "time"))
  var timeout = TimeSpan(.seconds(10))

  @OptionGroup var state: StateOptions

  @Argument(help: "The virtual machine's name (without --socket), the command, and its arguments.")
  var words: [String] = []

  func validate() throws {
    if words.count < (socket == nil ? 2 : 1) {
      throw ValidationError(socket == nil ? "name a virtual machine and a command" : "name a command")
    }
  }

  func run() async throws {
    var words = words[...]
    let name = socket == nil ? words.popFirst() : nil
    guard let command = words.popFirst() else { throw ValidationError("name a command") }
    let arguments = try Self.arguments(Array(words))
    let value =
      if let socket {
        try await execute(command, arguments, socket)
      } else {
        try await execute(command, arguments, on: MachineName(name ?? ""))
      }
    Output.document(value)
  }

  private func execute(_ command: String, _ arguments: JSONObject, _ socket: String) async throws -> JSON {
    let session = try await QMPSession.connect(path: socket, deadline: timeout.duration)
    do {
      let value = try await session.execute(command, arguments: arguments, deadline: timeout.duration)
      await session.close()
      return value
    } catch {
      await session.close()
      throw error
    }
  }

  private func execute(_ command: String, _ arguments: JSONObject, on name: MachineName) async throws -> JSON
  {
    let machine = try await VirtualMachine.adopt(name, in: state.directory, deadline: timeout.duration)
    do {
      let value = try await machine.execute(command, arguments, deadline: timeout.duration)
      await machine.release()
      return value
    } catch {
      await machine.release()
      throw error
    }
  }

  /// Reads one JSON object, or `key=value` words.
  static func arguments(_ words: [String]) throws -> JSONObject {
    if words.count == 1, let text = words.first, text.hasPrefix("{") {
      return try JSON.parse(text).objectValue ?? [:]
    }
    var arguments = JSONObject()
    for word in words {
      guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
        throw ValidationError("\"\(word)\" is neither key=value nor a JSON object")
      }
      let text = String(word[word.index(after: equals)...])
      let path = word[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      try set((try? JSON.parse(text)) ?? .string(text), path[...], in: &arguments, word)
    }
    return arguments
  }

  private static func set(
    _ value: JSON, _ path: ArraySlice<String>, in object: inout JSONObject, _ word: String
  ) throws {
    guard let key = path.first, !key.isEmpty else {
      throw ValidationError("\"\(word)\": a key has an empty part")
    }
    if path.count == 1 {
      object[key] = value
      return
    }
    let existing = object[key] ?? .object([:])
    guard case .object(var inner) = existing else {
      throw ValidationError("\"\(word)\": \(key) is a value already, not an object")
    }
    try set(value, path.dropFirst(), in: &inner, word)
    object[key] = .object(inner)
  }
}
