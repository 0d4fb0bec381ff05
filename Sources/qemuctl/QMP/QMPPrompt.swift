import Glibc
import QEMU
import QMP

/// Commands that are read line by line and executed one after another.
///
/// On a terminal, an error is printed and the next line is read; otherwise an error ends the command.
struct QMPPrompt {
  let monitor: Monitor
  let timeout: Duration
  let isChecked: Bool

  func run() async throws {
    let terminal = TerminalMode()
    defer { terminal.restoreAtExit() }
    let lines = QMPLines()
    guard lines.isTerminal else { return try await execute(lines) }
    let events = await monitor.events()
    // The prompt also ends if QEMU exits: it would keep the virtual machine locked.
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        await showEvents(events)
        if !Task.isCancelled { Output.note("QEMU closed the monitor") }
      }
      group.addTask { try await execute(lines) }
      try await group.next()
      group.cancelAll()
    }
    try Task.checkCancellation()
  }

  private func execute(_ lines: QMPLines) async throws {
    while let line = await lines.next() {
      do {
        try await execute(line, lines)
      } catch {
        guard lines.isTerminal, !Task.isCancelled, await monitor.isOpen else { throw error }
        Output.reportAndGoOn(error)
      }
    }
    try Task.checkCancellation()
  }

  private func execute(_ line: String, _ lines: QMPLines) async throws {
    guard let words = try Self.words(of: line), let first = words.first else { return }
    if first == "help" {
      guard words.count > 1 else { return Output.line(Self.help) }
      return Output.line(try QMPDescription(of: words[1], tags: Array(words.dropFirst(2))).text)
    }
    let request = try QMPRequest(words: words, isChecked: isChecked)
    if !QMPSecrets.areIn(request.arguments) { lines.remember(line) }
    Output.value(try await monitor.execute(request, within: timeout))
  }

  private static let help = """
    Each line is a command and its arguments: query-status; qom-get path=/machine property=type; stop {}
    help COMMAND shows the arguments of a command. Ctrl-D exits; quit terminates QEMU.
    """

  /// Splits a line into words; JSON after a command is one word.
  static func words(of line: String) throws -> [String]? {
    let text = line.drop { $0 == " " || $0 == "\t" }
    if text.isEmpty { return nil }
    let command = text.prefix { $0 != " " && $0 != "\t" }
    let rest = text[command.endIndex...].drop { $0 == " " || $0 == "\t" }
    if rest.hasPrefix("{") { return [String(command), String(rest)] }
    return try ShellLexer(line).words()
  }

  private func showEvents(_ events: QMPEvents) async {
    for await element in events {
      switch element {
      case .event(let event): Output.note("event \(event.name) \((try? event.data.serialized()) ?? "")")
      case .lost(let count): Output.note("\(count) events were lost")
      }
    }
  }
}
