import Foundation
import Glibc
import Testing

/// A terminal with `qemuctl` on it, as a person sees it.
final class TerminalUnderTest {
  private let controller: FileHandle
  private let process = Process()
  private let ended = DispatchSemaphore(value: 0)
  private var seen = ""

  /// - Parameters:
  ///   - home: where the command keeps what it remembers.
  ///   - columns: the width; 0 is a terminal that does not know its width.
  ///   - variables: more environment variables.
  init(
    _ arguments: [String], home: String = "/nonexistent", columns: UInt16 = 0,
    variables: [String: String] = [:]
  ) throws {
    let number = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(number >= 0, "no terminal can be made")
    controller = FileHandle(fileDescriptor: number, closeOnDealloc: true)
    var unlocked: Int32 = 0
    var index: Int32 = 0
    try #require(ioctl(number, 0x4004_5431, &unlocked) == 0 && ioctl(number, 0x8004_5430, &index) == 0)
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    try #require(ioctl(number, UInt(TIOCSWINSZ), &size) == 0)
    let terminal = try #require(FileHandle(forUpdatingAtPath: "/dev/pts/\(index)"))
    process.executableURL = CommandUnderTest.program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["XDG_STATE_HOME": home, "TERM": "xterm", "COLUMNS": "", "NO_COLOR": ""], uniquingKeysWith: { $1 }
    ).merging(variables) { $1 }
    (process.standardInput, process.standardOutput, process.standardError) = (terminal, terminal, terminal)
    process.terminationHandler = { [ended] _ in ended.signal() }
    try process.run()
  }

  deinit { if process.isRunning { process.terminate() } }

  /// Waits until the terminal has shown a text, and forgets what it showed up to its end.
  func expect(_ text: String, within seconds: Int = 60) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      if let range = seen.range(of: text) {
        seen = String(seen[range.upperBound...])
        return
      }
      try #require(ContinuousClock.now < deadline, "the terminal shows no \"\(text)\": \(seen)")
      var entry = pollfd(fd: controller.fileDescriptor, events: Int16(POLLIN), revents: 0)
      if poll(&entry, 1, 1000) > 0 { seen += String(decoding: controller.availableData, as: UTF8.self) }
    }
  }

  /// Waits until the command edits its line, which it prompts for a moment before; no event tells of the change of modes.
  func expectEditing(within seconds: Int = 60) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while mode & UInt32(ICANON) != 0 {
      try #require(ContinuousClock.now < deadline, "the terminal is not edited: \(seen)")
      usleep(5000)
    }
  }

  /// The terminal's local modes, `ICANON` and `ECHO` among them.
  var mode: UInt32 {
    var mode = termios()
    tcgetattr(controller.fileDescriptor, &mode)
    return mode.c_lflag
  }

  /// Types keys.
  func type(_ keys: String) throws { try controller.write(contentsOf: Data(keys.utf8)) }

  /// Waits until the command has ended.
  /// - Returns: its exit status.
  func end(within seconds: Int = 60) throws -> Int32 {
    let result = ended.wait(timeout: .now() + .seconds(seconds))
    try #require(result == .success, "the command goes on: \(seen)")
    return process.terminationStatus
  }

  /// Waits until the command has ended.
  /// - Returns: all that the terminal showed, and the exit status.
  func show() throws -> (text: String, status: Int32) {
    var status: Int32?
    while true {
      var entry = pollfd(fd: controller.fileDescriptor, events: Int16(POLLIN), revents: 0)
      if poll(&entry, 1, 20) > 0 {
        seen += String(decoding: controller.availableData, as: UTF8.self)
      } else if let status {
        return (seen.replacing("\r\n", with: "\n"), status)
      } else if ended.wait(timeout: .now()) == .success {
        status = process.terminationStatus
      }
    }
  }

  /// Sends a signal, as the terminal does where it is the session's own.
  func signal(_ number: Int32) { kill(process.processIdentifier, number) }
}
