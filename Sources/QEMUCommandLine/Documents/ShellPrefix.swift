/// A command that runs the command after it, such as `sudo` and `nice`. Each is a row of ``all``.
struct ShellPrefix: Sendable {
  let name: String
  /// The short options that take a value.
  let lettersWithValue: String
  /// The long options that take a value as a separate argument.
  let namesWithValue: Set<String>
  /// The number of arguments between its options and the command.
  let operands: Int
  /// The options with which the command has no effect on QEMU; nil if it always has one.
  let idleOptions: Set<String>?

  private init(
    _ name: String, values letters: String = "", _ names: Set<String> = [], operands: Int = 0,
    idle: Set<String>? = nil
  ) {
    self.name = name
    lettersWithValue = letters
    namesWithValue = names
    self.operands = operands
    idleOptions = idle
  }

  /// The known commands by name.
  static let all: [String: ShellPrefix] = Dictionary(
    uniqueKeysWithValues: [
      ShellPrefix("exec", values: "a", idle: ["-a", "-l"]), ShellPrefix("command", idle: ["-p"]),
      ShellPrefix("env", idle: []), ShellPrefix("nohup"), ShellPrefix("setsid"),
      ShellPrefix("time", values: "fo", ["--format", "--output"]),
      ShellPrefix(
        "sudo", values: "ugpCDhrtTRU",
        ["--user", "--group", "--prompt", "--chdir", "--host", "--role", "--type", "--chroot"]),
      ShellPrefix("doas", values: "uC"), ShellPrefix("nice", values: "n", ["--adjustment"]),
      ShellPrefix("ionice", values: "cn", ["--class", "--classdata"]),
      ShellPrefix("taskset", operands: 1),
      ShellPrefix("chrt", values: "TPD", operands: 1),
      ShellPrefix(
        "numactl", values: "iCNmpPw",
        ["--interleave", "--cpunodebind", "--physcpubind", "--membind", "--preferred", "--preferred-many"]),
      ShellPrefix("timeout", values: "ks", ["--kill-after", "--signal"], operands: 1),
      ShellPrefix("stdbuf", values: "ioe", ["--input", "--output", "--error"]),
    ].map { ($0.name, $0) })

  /// Returns the row of a program, which may be a path.
  static func row(of program: String) -> ShellPrefix? { all[lastComponent(of: program)] }

  static func lastComponent(of path: String) -> String {
    String(Substring(path.utf8.split(separator: UInt8(ascii: "/")).last ?? path.utf8[...]))
  }

  /// Returns the number of words after the name that belong to the prefix.
  func count(of words: some Collection<ShellWord>) -> Int {
    let options = optionCount(words)
    return min(options + operands, words.count)
  }

  private func optionCount(_ words: some Collection<ShellWord>) -> Int {
    var count = 0
    var takesNext = false
    for word in words {
      if takesNext {
        takesNext = false
      } else if word.text == "--" {
        return count + 1
      } else if word.text.utf8.count > 1, word.text.utf8.first == UInt8(ascii: "-") {
        takesNext = awaitsValue(word.text)
      } else {
        return count
      }
      count += 1
    }
    return count
  }

  private func awaitsValue(_ option: String) -> Bool {
    if option.hasPrefix("--") { return namesWithValue.contains(option) }
    // Short options may be combined; the value of the first that takes one is the rest of the word, or else the next
    // word.
    let letters = option.unicodeScalars.dropFirst()
    return letters.firstIndex(where: lettersWithValue.unicodeScalars.contains).map {
      letters.index(after: $0) == letters.endIndex
    } ?? false
  }
}

/// Commands other than QEMU, and the remedy for a file that has one.
enum ForeignCommand {
  private static let rows: [(names: Set<String>, remedy: String)] = [
    (
      ["cd", "pushd", "popd"],
      "relative paths start at the working directory of qemuctl: run it there, and remove this command"
    ),
    (
      [
        "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "select",
        "function",
        "source", ".", "eval", "sh", "bash", "dash", "zsh", "[", "[[", "test",
      ],
      "only a shell can run this: replace QEMU with printf '%s\\0', run the script, and pass its output"
    ),
    (
      ["strace", "ltrace", "gdb", "lldb", "valgrind", "perf", "rr", "gdbserver"],
      "write QEMU's command without it, start it with qemuctl, and attach the tool to the process"
    ),
    (
      [
        "systemd-run", "unshare", "nsenter", "ip", "chroot", "su", "runuser", "bwrap", "firejail", "docker",
        "podman",
        "flatpak", "setpriv", "prlimit", "cgexec", "screen", "tmux", "script", "xvfb-run", "watch", "xargs",
        "ssh",
      ],
      "run qemuctl with it instead, and write QEMU's command alone"
    ),
    (
      [
        "mkdir", "rm", "cp", "mv", "ln", "touch", "chmod", "chown", "echo", "printf", "cat", "tee", "sleep",
        "kill",
        "modprobe", "mount", "ulimit", "umask", "trap", "read", "local", "declare", "typeset", "readonly",
        "alias",
        "qemu-img", "qemu-nbd", "qemu-io", "qemu-storage-daemon",
      ],
      "run it before qemuctl, and remove it here"
    ),
  ]

  /// Returns the remedy for a program; nil if it may be QEMU.
  static func remedy(for program: String) -> String? {
    rows.first { $0.names.contains(ShellPrefix.lastComponent(of: program)) }?.remedy
  }
}
