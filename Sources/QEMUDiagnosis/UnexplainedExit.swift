import LinuxSystem

/// A row of the table of exits without a message, which are explained by the signal or the exit code.
struct UnexplainedExit: Sendable {
  let name: String
  let applies: @Sendable (Circumstances) -> Bool
  let cause: @Sendable (Circumstances) -> String
  let remedy: @Sendable (Circumstances) -> String

  init(
    _ name: String, when applies: @escaping @Sendable (Circumstances) -> Bool,
    cause: @escaping @Sendable (Circumstances) -> String,
    remedy: @escaping @Sendable (Circumstances) -> String
  ) {
    self.name = name
    self.applies = applies
    self.cause = cause
    self.remedy = remedy
  }

  init(_ name: String, _ end: ProcessEnd.Kind, cause: String, remedy: String) {
    self.init(name, when: { $0.end.kind == end }, cause: { _ in cause }, remedy: { _ in remedy })
  }

  /// Returns whether QEMU's messages can explain a signal: SIGABRT, SIGTRAP and SIGSEGV, which QEMU causes itself.
  static func messagesExplain(beforeSignal number: Int32) -> Bool {
    number == 6 || number == 5 || number == 11
  }

  /// The rows, from specific to general.
  static let all: [UnexplainedExit] = sandbox + crashes + killed + signals + exits
}

extension ProcessEnd {
  /// The kind of an exit, without the core dump.
  enum Kind: Hashable { case exit(Int32), signal(Int32), unknown }

  var kind: Kind {
    switch self {
    case .exited(let code): .exit(code)
    case .signalled(let number, _): .signal(number)
    case .unknown: .unknown
    }
  }
}

extension ProcessEnd {
  fileprivate var exitCode: Int32? {
    if case .exited(let code) = self { code } else { nil }
  }
}

extension Circumstances {
  /// A Boolean value that indicates whether the guest chose the exit status: QEMU uses 0 and 1, a shell 126 and above.
  fileprivate var isGuestsExit: Bool {
    guard let code = end.exitCode, code != 0, code < 126 else { return false }
    return code > 1 || has("semihosting", "semihosting-config")
      || values(of: "device").contains { $0.hasPrefix("isa-debug-exit") }
  }

  /// Returns whether `-sandbox` has `key=deny`.
  fileprivate func sandboxDenies(_ key: String) -> Bool {
    values(of: "sandbox").contains { $0.split(separator: ",").contains("\(key)=deny") }
  }

  /// The first audio driver on the command line; nil if there is none.
  fileprivate var audioDriver: String? {
    values(of: "audiodev").first.flatMap { $0.split(separator: ",").first.map(String.init) }
  }

  fileprivate var asksForHelp: Bool {
    has("help", "h", "version", "version", "?")
      || arguments.contains { argument in
        argument.split(separator: ",").contains { ["help", "?"].contains($0) || $0.hasSuffix("=help") }
      }
  }

  fileprivate var isReady: Bool { phase == .ready }
}

extension UnexplainedExit {
  private static let sandbox: [UnexplainedExit] = [
    UnexplainedExit(
      "sandbox-forbids-user-switch",
      when: {
        $0.end.kind == .signal(31) && $0.sandboxDenies("elevateprivileges") && $0.has("run-with", "runas")
      },
      cause: { _ in
        "the sandbox (elevateprivileges=deny) forbids the change of user that the command line requests"
      },
      remedy: { _ in "start QEMU as that user, or remove elevateprivileges=deny" }),
    UnexplainedExit(
      "sandbox-forbids-spawn", when: { $0.end.kind == .signal(31) && $0.sandboxDenies("spawn") },
      cause: { _ in "the sandbox (spawn=deny) forbids the helper program that the command line needs" },
      remedy: { _ in
        "pass an open tap device with fd= instead of a bridge helper or network script, or use spawn=allow"
      }),
    UnexplainedExit(
      "sandbox-forbids", when: { $0.end.kind == .signal(31) && $0.has("sandbox") },
      cause: { _ in "QEMU made a system call that its sandbox forbids" },
      remedy: { _ in
        "find the call with `journalctl -k | grep -i seccomp`; relax the property of -sandbox that forbids it"
      }),
    UnexplainedExit(
      "seccomp-forbids", .signal(31),
      cause:
        "QEMU made a system call that an outer sandbox forbids: a container's seccomp filter, or "
        + "SystemCallFilter= of systemd",
      remedy: "find the call with `journalctl -k | grep -i seccomp`; allow it in that filter"),
  ]

  private static let crashes: [UnexplainedExit] = [
    UnexplainedExit(
      "audio-driver-crash", when: { $0.end.kind == .signal(11) && !$0.isReady && $0.audioDriver != nil },
      cause: {
        "QEMU crashed without a message; with -audiodev \($0.audioDriver ?? "") this means that the module of "
          + "the audio driver is not installed"
      },
      remedy: { _ in "install the module (qemu-system-gui on Debian), or use -audiodev none,id=ID" }),
    UnexplainedExit(
      "crash", .signal(11),
      cause: "QEMU crashed (invalid memory access): a bug in QEMU, a module or a library",
      remedy:
        "see the backtrace with `coredumpctl info`; try without the option that was added last, or another "
        + "version of QEMU"
    ),
    UnexplainedExit(
      "abort", .signal(6), cause: "QEMU aborted because of an internal error",
      remedy:
        "see the backtrace with `coredumpctl info`; try without the option that was added last, or another "
        + "version of QEMU"
    ),
    UnexplainedExit(
      "trap", .signal(5),
      cause: "QEMU ended with a trap, which GLib uses when memory runs out, and a debugger for breakpoints",
      remedy: "check `ulimit -v` and the free memory; see the backtrace with `coredumpctl info`"),
    UnexplainedExit(
      "illegal-instruction", .signal(4),
      cause: "QEMU executed an instruction that this processor does not have",
      remedy: "use a QEMU that was built for this processor; see the backtrace with `coredumpctl info`"),
    UnexplainedExit(
      "memory-file-truncated", .signal(7),
      cause:
        "the file or the huge pages of the guest's memory ran out: the file was truncated, or its file "
        + "system is full (/dev/shm, hugetlbfs)",
      remedy: "check `df -h /dev/shm` and `grep Huge /proc/meminfo`; prealloc=on detects a shortage at the "
        + "start"),
  ]

  private static let killed: [UnexplainedExit] = [
    UnexplainedExit(
      "vhost-user-daemon-silent",
      when: { circumstances in
        circumstances.end.kind == .signal(9) && circumstances.phase == .afterGreeting
          && circumstances.values(of: "device").contains { $0.hasPrefix("vhost-user-") }
      },
      cause: { _ in
        "QEMU was killed while it waited for its vhost-user daemon, which blocks the start if it does not "
          + "answer"
      },
      remedy: { _ in "check that the daemon (virtiofsd, dpdk) is running and read its log; then start again" }
    ),
    UnexplainedExit(
      "killed", .signal(9),
      cause: "QEMU was killed (SIGKILL): by the kernel because memory ran out, or by another process",
      remedy:
        "check whether it was the kernel: `journalctl -k | grep -iE 'out of memory|oom'` and memory.events of the control "
        + "group (oom_kill), and lower -m or raise MemoryMax=; else find the sender: systemd after "
        + "TimeoutStopSec, or a `kill -9`"
    ),
  ]

  private static let signals: [UnexplainedExit] = [
    UnexplainedExit(
      "terminated-before-ready", when: { $0.end.kind == .signal(15) && !$0.isReady },
      cause: { _ in "QEMU was terminated (SIGTERM) before it was ready" },
      remedy: { _ in
        "the process that started it timed out or was stopped: check what QEMU waited for (a chardev with wait=on, "
          + "a daemon), or raise the timeout"
      }),
    UnexplainedExit(
      "terminated", .signal(15),
      cause: "SIGTERM ended QEMU at once, before it had set up its own handler",
      remedy: "find the sender: systemd, a `kill`, the end of a session"),
    UnexplainedExit(
      "interrupted", when: { [.signal(2), .signal(1), .signal(3)].contains($0.end.kind) },
      cause: { "QEMU was ended from the terminal or its session (\($0.end))" },
      remedy: { _ in "start it in its own session (setsid, systemd-run) if it must outlive the terminal"
      }),
    UnexplainedExit(
      "file-size-limit", .signal(25), cause: "QEMU exceeded the limit on file sizes",
      remedy: "raise it: `ulimit -f unlimited`, LimitFSIZE= of systemd"),
    UnexplainedExit(
      "processor-time-limit", .signal(24), cause: "QEMU exceeded its limit on processor time",
      remedy: "raise it: `ulimit -t unlimited`, LimitCPU= of systemd"),
  ]

  private static let exits: [UnexplainedExit] = [
    UnexplainedExit(
      "help-printed", when: { $0.end.kind == .exit(0) && !$0.isReady && $0.asksForHelp },
      cause: { _ in "the command line requests help or the version, which QEMU printed to its standard output"
      },
      remedy: { _ in "remove that option to start a virtual machine" }),
    UnexplainedExit(
      "daemonized", when: { $0.end.kind == .exit(0) && $0.has("daemonize") },
      cause: { _ in
        "-daemonize: the first process exited, and the virtual machine continues in another process"
      },
      remedy: { _ in
        "remove -daemonize: QEMU must be a child of the manager; find the other process with `pgrep -a qemu`"
      }),
    UnexplainedExit(
      "ended-before-ready", when: { $0.end.kind == .exit(0) && !$0.isReady },
      cause: { _ in "QEMU exited normally before it was ready" },
      remedy: { _ in
        "check for an option that only prints something (=help, -dump-vmstate), or for a client that sent quit"
      }),
    UnexplainedExit(
      "ended", .exit(0),
      cause:
        "QEMU exited normally: the guest powered off (or reset, with -no-reboot) or panicked with "
        + "pvpanic, or a client sent quit",
      remedy: "see the reason in the last SHUTDOWN event; add -no-shutdown to keep the machine for inspection"
    ),
    UnexplainedExit(
      "panic-exit",
      when: { circumstances in
        circumstances.end.kind == .exit(1) && circumstances.isReady
          && circumstances.values(of: "action").contains { $0.contains("panic=exit-failure") }
      },
      cause: { _ in "the guest panicked, and panic=exit-failure sets exit status 1" },
      remedy: { _ in "read the guest's console; panic=pause keeps the machine for inspection" }),
    UnexplainedExit(
      "guest-exit", when: { $0.isReady && $0.isGuestsExit },
      cause: {
        "the guest ended QEMU with status \($0.end.exitCode ?? 0), through isa-debug-exit, semihosting or a test "
          + "device"
      },
      remedy: { _ in
        "see the guest's documentation for the status; isa-debug-exit turns a value into (value << 1) | 1"
      }),
    UnexplainedExit(
      "log-items-printed", when: { $0.end.kind == .exit(1) && !$0.isReady && $0.has("d") },
      cause: { _ in
        "QEMU exited without a message; with -d this usually means an unknown log item, for which it prints the list "
          + "to its standard output"
      },
      remedy: { _ in "list the log items with `qemu-system-ARCH -d help`" }),
    UnexplainedExit(
      "exit-without-reason", .exit(1), cause: "QEMU exited without a message on its standard error",
      remedy:
        "run the same command line in a shell: the reason may be on the standard output, in the log of -D, "
        + "or in the log of the daemon of a vhost-user or TPM device"),
    UnexplainedExit(
      "program-missing", .exit(127),
      cause: "the QEMU binary, or a program that a wrapper starts, was not found",
      remedy: "correct its path, or install the package (qemu-system-x86, qemu-system-arm)"),
    UnexplainedExit(
      "program-not-executable", .exit(126), cause: "the QEMU binary may not be executed",
      remedy:
        "inspect it with `ls -l` and `namei -l`; other reasons are a file system mounted noexec, or a binary for "
        + "another processor"),
  ]
}
