import ArgumentParser
import QEMU

struct QMPCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qmp", abstract: "Execute QMP commands on a virtual machine or on any QMP socket.",
    discussion: """
      Prints the return value as JSON. The arguments are one JSON object, or key=value pairs: a value is converted to \
      the type of the argument, and a dotted key is a member of an object. Arguments are checked before anything is \
      sent. Without a command, reads commands from standard input, with history and completion on a terminal.
        qemuctl qmp web query-status
        qemuctl qmp web blockdev-add driver=qcow2 node-name=disk file.driver=file file.filename=/images/disk.qcow2
        qemuctl qmp --socket /run/vm.sock query-block
        qemuctl qmp --help blockdev-add driver=qcow2
      """, helpNames: [])

  @Flag(
    name: [.long, .customShort("h")], help: "Show this help, or describe a QMP command, an event or a type.")
  var help = false

  @Option(
    help: ArgumentHelp(
      "Connect to this monitor instead of a virtual machine: the path of a Unix socket, unix:PATH, or tcp:HOST:PORT.",
      valueName: "address"), completion: .file())
  var socket: MonitorAddress?

  @Option(help: ArgumentHelp("The timeout for each reply of QEMU.", valueName: "time"))
  var timeout = TimeSpan(.seconds(10))

  @Flag(help: "Send arguments without checking them, for commands that qemuctl does not know.")
  var unchecked = false

  @OptionGroup var state: StateOptions

  @Argument(
    help: "The virtual machine's name (not with --socket), the QMP command, and its arguments.",
    completion: .custom(Self.complete))
  var words: [String] = []

  func validate() throws {
    if !help, socket == nil, words.isEmpty {
      throw ValidationError("specify a virtual machine, or a socket with --socket")
    }
  }

  func run() async throws {
    if help { return try showHelp() }
    var words = words
    let name = socket == nil ? try MachineName(words.removeFirst()) : nil
    // Report an invalid request before connecting.
    let request = words.isEmpty ? nil : try QMPRequest(words: words, isChecked: !unchecked)
    let monitor = try await connect(name)
    do {
      if let request {
        let answer = try await monitor.execute(request, within: timeout.duration)
        // The user asked for the reply, so nothing in it is redacted.
        Output.disclose()
        Output.value(answer)
      } else {
        try await QMPPrompt(monitor: monitor, timeout: timeout.duration, isChecked: !unchecked).run()
      }
    } catch {
      await monitor.close()
      throw error
    }
    await monitor.close()
  }

  private func connect(_ name: MachineName?) async throws -> Monitor {
    if let socket {
      return .session(try await QMPSession.connect(to: socket.address, timeout: timeout.duration))
    }
    guard let name else { throw ValidationError("specify a virtual machine, or a socket with --socket") }
    return .machine(try await VirtualMachine.adopt(name, in: state.directory, timeout: timeout.duration))
  }

  private func showHelp() throws {
    guard let name = words.first else { return Output.line(Qemuctl.helpMessage(for: Self.self)) }
    Output.line(try QMPDescription(of: name, tags: Array(words.dropFirst())).text)
  }

  /// Returns completions of the last word: names of virtual machines, then commands and their arguments.
  @Sendable private static func complete(_ line: [String], _ index: Int, _ prefix: String) -> [String] {
    let given = Array(line.prefix(index + 1).drop { $0 != configuration.commandName }.dropFirst())
    let words = QMPCompletion.joined(positional(given))
    let hasSocket = given.contains { $0 == "--socket" || $0.hasPrefix("--socket=") }
    if !hasSocket, words.count < 2 {
      return CompletionKind.machineNames(for: line)
    }
    let candidates = QMPCompletion.candidates(hasSocket ? words : Array(words.dropFirst()))
    return QMPCompletion.shortened(candidates, after: given)
  }

  /// Returns the words that are neither options nor their values.
  private static func positional(_ words: [String]) -> [String] {
    var rest = words[...]
    var result: [String] = []
    while let word = rest.popFirst() {
      if ["--socket", "--timeout", "--state-dir"].contains(word) {
        _ = rest.popFirst()
      } else if !word.hasPrefix("-") {
        result.append(word)
      }
    }
    return result
  }
}
