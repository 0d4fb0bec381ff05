import CLineEditing
import Glibc
import QEMU
import QMP

/// The lines of standard input; on a terminal with editing, completion and history.
struct QMPLines {
  let isTerminal = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0
  private let history = Self.historyFile()
  private static let keptLines: Int32 = 1000

  init() {
    guard isTerminal else { return }
    line_editing_begin({ line in strdup(Self.candidates(line)) }, history)
  }

  /// Returns the next line; nil at the end of the input, or if the task is cancelled.
  func next() async -> String? {
    let line = Promise<String?>()
    let isTerminal = isTerminal
    // Reading blocks, so it has its own thread, which ends with the process if it is no longer awaited.
    startThread { line.fulfil(isTerminal ? Self.edited() : readLine()) }
    return await line.value() ?? nil
  }

  /// Adds a line to the history. An error is ignored.
  func remember(_ line: String) {
    if isTerminal { _ = line_editing_remember(line, history, Self.keptLines) }
  }

  private static func edited() -> String? {
    guard let line = line_editing_read("qmp> ") else { return nil }
    defer { free(line) }
    return String(cString: line)
  }

  /// Returns completions of the last word of a line, one per line.
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
    for directory in [state, "\(state)/qemuctl"] { mkdir(directory, 0o700) }
    return "\(state)/qemuctl/qmp-history"
  }
}
