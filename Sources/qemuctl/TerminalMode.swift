import Glibc

/// The terminal's mode before QEMU changed it. A QEMU that is killed cannot restore it.
struct TerminalMode {
  private let saved: termios?

  init() {
    var mode = termios()
    saved = isatty(STDIN_FILENO) != 0 && tcgetattr(STDIN_FILENO, &mode) == 0 ? mode : nil
  }

  func restore() {
    guard var mode = saved else { return }
    // In the background the call would stop this process, and the terminal belongs to another one.
    let foreground = tcgetpgrp(STDIN_FILENO)
    if foreground >= 0, foreground != getpgrp() { return }
    tcsetattr(STDIN_FILENO, TCSANOW, &mode)
  }
}
