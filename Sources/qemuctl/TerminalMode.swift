import Glibc

/// The terminal's mode before QEMU or the line editor changed it. A QEMU that is killed cannot restore it.
struct TerminalMode {
  private let saved: termios?
  private let terminal: Int32

  init() {
    var mode = termios()
    saved = isatty(STDIN_FILENO) != 0 && tcgetattr(STDIN_FILENO, &mode) == 0 ? mode : nil
    terminal = saved == nil ? -1 : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
  }

  func restore() {
    guard var mode = saved else { return }
    // In the background the call would stop this process, and the terminal belongs to another one.
    let foreground = tcgetpgrp(terminal)
    if foreground >= 0, foreground != getpgrp() { return }
    tcsetattr(terminal, TCSANOW, &mode)
  }

  /// Restores the mode at the end of the process.
  ///
  /// A thread that edits a line sets its own mode before it reads a character. It no longer finds the terminal.
  func restoreAtExit() {
    guard saved != nil else { return }
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    if null >= 0 { dup2(null, STDIN_FILENO) }
    restore()
  }
}
