/// An end that QEMU did not explain: what the signal or the exit code tells.
struct SilentEnd: Sendable {
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

  /// Returns whether QEMU's words explain a signal: it aborts and traps by itself, all others come from outside or from a fault.
  static func speaks(beforeSignal number: Int32) -> Bool { number == 6 || number == 5 || number == 11 }

  /// The rows, the specific before the general.
  static let all: [SilentEnd] = sandbox + crashes + killed + signals + exits
}

extension ProcessEnd {
  /// The end without the core dump, which explains nothing.
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
  /// A Boolean value that indicates whether the exit status is the guest's: QEMU's own are 0 and 1, a shell's 126 and more.
  fileprivate var isGuestsExit: Bool {
    guard let code = end.exitCode, code != 0, code < 126 else { return false }
    return code > 1 || has("semihosting", "semihosting-config")
      || values(of: "device").contains { $0.hasPrefix("isa-debug-exit") }
  }

  /// Returns whether an option's value has `key=value` among its parts.
  fileprivate func sandboxDenies(_ key: String) -> Bool {
    values(of: "sandbox").contains { $0.split(separator: ",").contains("\(key)=deny") }
  }

  /// The first audio driver that the command line names.
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

extension SilentEnd {
  private static let sandbox: [SilentEnd] = [
    SilentEnd(
      "sandbox-forbids-user-switch",
      when: {
        $0.end.kind == .signal(31) && $0.sandboxDenies("elevateprivileges") && $0.has("run-with", "runas")
      },
      cause: { _ in
        "the sandbox (elevateprivileges=deny) forbids the change of user that the command line asks for"
      },
      remedy: { _ in "start QEMU as that user, or remove elevateprivileges=deny" }),
    SilentEnd(
      "sandbox-forbids-spawn", when: { $0.end.kind == .signal(31) && $0.sandboxDenies("spawn") },
      cause: { _ in "the sandbox (spawn=deny) forbids the helper program that the command line needs" },
      remedy: { _ in
        "pass an open tap with fd= in place of a bridge helper or network script, or use spawn=allow"
      }),
    SilentEnd(
      "sandbox-forbids", when: { $0.end.kind == .signal(31) && $0.has("sandbox") },
      cause: { _ in "QEMU made a system call that its sandbox forbids" },
      remedy: { _ in
        "`journalctl -k | grep -i seccomp` names the call; relax the part of -sandbox that forbids it"
      }),
    SilentEnd(
      "seccomp-forbids", .signal(31),
      cause:
        "QEMU made a system call that a sandbox around it forbids: a container's seccomp filter, or "
        + "SystemCallFilter= of systemd",
      remedy: "`journalctl -k | grep -i seccomp` names the call; allow it in that filter"),
  ]

  private static let crashes: [SilentEnd] = [
    SilentEnd(
      "audio-driver-crash", when: { $0.end.kind == .signal(11) && !$0.isReady && $0.audioDriver != nil },
      cause: {
        "QEMU crashed without a word; with -audiodev \($0.audioDriver ?? "") that means that the audio "
          + "driver's module is not installed"
      },
      remedy: { _ in "install the module (qemu-system-gui on Debian), or use -audiodev none,id=ID" }),
    SilentEnd(
      "crash", .signal(11),
      cause: "QEMU crashed (invalid memory access): a fault of QEMU's, of a module or a library",
      remedy:
        "`coredumpctl info` shows where; try without the option that was added last, or another version of "
        + "QEMU"
    ),
    SilentEnd(
      "abort", .signal(6), cause: "QEMU aborted because of an internal error",
      remedy:
        "`coredumpctl info` shows where; try without the option that was added last, or another version of "
        + "QEMU"
    ),
    SilentEnd(
      "trap", .signal(5),
      cause: "QEMU ended itself by a trap: GLib does so when memory runs out, a debugger too",
      remedy: "check `ulimit -v` and the free memory; `coredumpctl info` shows where"),
    SilentEnd(
      "illegal-instruction", .signal(4), cause: "QEMU met an instruction that this processor does not have",
      remedy: "use a QEMU that was built for this processor; `coredumpctl info` shows where"),
    SilentEnd(
      "memory-file-truncated", .signal(7),
      cause:
        "the file or the huge pages under the guest's memory gave out: the file was truncated, or its file "
        + "system is full (/dev/shm, hugetlbfs)",
      remedy: "check `df -h /dev/shm` and `grep Huge /proc/meminfo`; prealloc=on finds a lack at the "
        + "start"),
  ]

  private static let killed: [SilentEnd] = [
    SilentEnd(
      "vhost-user-daemon-silent",
      when: { circumstances in
        circumstances.end.kind == .signal(9) && circumstances.phase == .afterGreeting
          && circumstances.values(of: "device").contains { $0.hasPrefix("vhost-user-") }
      },
      cause: { _ in
        "QEMU was killed while it waited for its vhost-user daemon, which holds the start up when it does "
          + "not answer"
      },
      remedy: { _ in "see whether the daemon (virtiofsd, dpdk) runs and read its log; then start again" }),
    SilentEnd(
      "killed", .signal(9),
      cause: "QEMU was killed (SIGKILL): by the kernel because memory ran out, or by another process",
      remedy:
        "`journalctl -k | grep -iE 'out of memory|oom'` and memory.events of its control group (oom_kill) "
        + "show the first; lower -m or raise MemoryMax=; else find the sender: systemd after "
        + "TimeoutStopSec, a `kill -9`"
    ),
  ]

  private static let signals: [SilentEnd] = [
    SilentEnd(
      "terminated-before-ready", when: { $0.end.kind == .signal(15) && !$0.isReady },
      cause: { _ in "QEMU was told to end (SIGTERM) before it was ready" },
      remedy: { _ in
        "the process that started it gave up or was stopped: see what QEMU waited for (a chardev with wait=on, a "
          + "daemon), or allow it more time"
      }),
    SilentEnd(
      "terminated", .signal(15),
      cause: "a SIGTERM ended QEMU at once, as happens before its own handler is set up",
      remedy: "find the sender: systemd, a `kill`, the end of a session"),
    SilentEnd(
      "interrupted", when: { [.signal(2), .signal(1), .signal(3)].contains($0.end.kind) },
      cause: { "QEMU was ended from the terminal or its session (\($0.end))" },
      remedy: { _ in "start it in a session of its own (setsid, systemd-run) if it shall outlive the terminal"
      }),
    SilentEnd(
      "file-size-limit", .signal(25), cause: "QEMU wrote a file beyond the limit of file sizes",
      remedy: "raise it: `ulimit -f unlimited`, LimitFSIZE= of systemd"),
    SilentEnd(
      "processor-time-limit", .signal(24), cause: "QEMU used up its limit of processor time",
      remedy: "raise it: `ulimit -t unlimited`, LimitCPU= of systemd"),
  ]

  private static let exits: [SilentEnd] = [
    SilentEnd(
      "help-printed", when: { $0.end.kind == .exit(0) && !$0.isReady && $0.asksForHelp },
      cause: { _ in "the command line asks for help or the version, which QEMU printed to its standard output"
      },
      remedy: { _ in "remove that option to start a machine" }),
    SilentEnd(
      "daemonized", when: { $0.end.kind == .exit(0) && $0.has("daemonize") },
      cause: { _ in "-daemonize: the first process ended, and the machine goes on in another one" },
      remedy: { _ in
        "remove -daemonize: a manager has to be the parent of the machine; `pgrep -a qemu` finds the other"
      }),
    SilentEnd(
      "ended-before-ready", when: { $0.end.kind == .exit(0) && !$0.isReady },
      cause: { _ in "QEMU ended in an orderly way before it was ready" },
      remedy: { _ in
        "check for an option that only prints something (=help, -dump-vmstate), or for a client that sent quit"
      }),
    SilentEnd(
      "ended", .exit(0),
      cause:
        "QEMU ended in an orderly way: the guest powered off (or reset, with -no-reboot), panicked with "
        + "pvpanic, or somebody quit it",
      remedy: "the last SHUTDOWN event tells which; add -no-shutdown to keep the machine for inspection"),
    SilentEnd(
      "panic-exit",
      when: { circumstances in
        circumstances.end.kind == .exit(1) && circumstances.isReady
          && circumstances.values(of: "action").contains { $0.contains("panic=exit-failure") }
      },
      cause: { _ in "the guest panicked, and panic=exit-failure makes that an exit code of 1" },
      remedy: { _ in "read the guest's console; panic=pause keeps the machine for inspection" }),
    SilentEnd(
      "guest-exit", when: { $0.isReady && $0.isGuestsExit },
      cause: {
        "the guest ended QEMU with the status \($0.end.exitCode ?? 0), as isa-debug-exit, semihosting or a test device lets it"
      },
      remedy: { _ in
        "read the status as the guest means it; isa-debug-exit makes (value << 1) | 1 of the value that was written"
      }),
    SilentEnd(
      "log-items-printed", when: { $0.end.kind == .exit(1) && !$0.isReady && $0.has("d") },
      cause: { _ in
        "QEMU gave up and named no reason; with -d that mostly means a log item that it does not know, in place of which "
          + "it prints the list to its standard output"
      },
      remedy: { _ in "`qemu-system-ARCH -d help` lists the log items" }),
    SilentEnd(
      "exit-without-reason", .exit(1), cause: "QEMU exited without a message on its standard error",
      remedy:
        "run the same command line by hand: the reason may stand on the standard output, in the log of -D, "
        + "or with the daemon of a vhost-user or TPM device"),
    SilentEnd(
      "program-missing", .exit(127), cause: "the QEMU binary, or the wrapper's, was not found",
      remedy: "correct its path, or install the package (qemu-system-x86, qemu-system-arm)"),
    SilentEnd(
      "program-not-executable", .exit(126), cause: "the QEMU binary may not be executed",
      remedy:
        "inspect it with `ls -l` and `namei -l`; a file system mounted noexec or a binary for another processor "
        + "does the same"),
  ]
}
