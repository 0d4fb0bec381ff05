import Glibc

/// The terminal's mode before QEMU took it, for a QEMU that is killed and cannot restore it.
struct TerminalMode {
  private let saved: termios?

  init() {
    var mode = termios()
    saved = isatty(STDIN_FILENO) != 0 && tcgetattr(STDIN_FILENO, &mode) == 0 ? mode : nil
  }

  func restore() {
    guard var mode = saved else { return }
    // In the background it would stop this process, and the terminal is another's.
    let foreground = tcgetpgrp(STDIN_FILENO)
    if foreground >= 0, foreground != getpgrp() { return }
    tcsetattr(STDIN_FILENO, TCSANOW, &mode)
  }
}
