import CLineEditing
import Glibc
import QEMU
import QMP

/// Lines of standard input; those of a terminal are edited, completed and remembered.
struct QMPLines {
  let isTerminal = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0
  private let history = Self.historyFile()
  private static let keptLines: Int32 = 1000

  init() {
    guard isTerminal else { return }
    line_editing_begin({ line in strdup(Self.candidates(line)) }, history)
  }

  /// Waits for the next line; nil at the end of the input, and when this task is cancelled.
  func next() async -> String? {
    let line = Promise<String?>()
    let isTerminal = isTerminal
    // Reading blocks, so it has a thread of its own; one that is no longer awaited ends with the process.
    startThread { line.fulfil(isTerminal ? Self.edited() : readLine()) }
    return await line.value() ?? nil
  }

  /// Keeps a line for later calls of this command; that it cannot be kept is no reason to stop.
  func remember(_ line: String) {
    if isTerminal { _ = line_editing_remember(line, history, Self.keptLines) }
  }

  private static func edited() -> String? {
    guard let line = line_editing_read("qmp> ") else { return nil }
    defer { free(line) }
    return String(cString: line)
  }

  /// The words that could stand at the end of a line, one a line.
  private static func candidates(_ line: UnsafePointer<CChar>?) -> String {
    guard let line else { return "" }
    var words = String(cString: line).split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    if words.isEmpty || String(cString: line).hasSuffix(" ") { words.append("") }
    if words.first == "help", words.count > 1 { words.removeFirst() }
    return QMPCompletion.candidates(words).joined(separator: "\n")
  }

  private static func historyFile() -> String {
    let home = getenv("HOME").map { String(cString: $0) } ?? ""
    let state = getenv("XDG_STATE_HOME").map { String(cString: $0) } ?? "\(home)/.local/state"
    for folder in [state, "\(state)/qemuctl"] { mkdir(folder, 0o700) }
    return "\(state)/qemuctl/qmp-history"
  }
}
