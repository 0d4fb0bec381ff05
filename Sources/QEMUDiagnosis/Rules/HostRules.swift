/// The rules for limits and permissions of the host.
enum HostRules {
  static let all: [DiagnosisRule] = [
    .init(
      "pidfile-locked", ["cannot create PID file: Cannot lock pid file: {reason}"],
      cause: "a running QEMU holds the pidfile",
      remedy: "stop the virtual machine that uses the pidfile, or give this one its own pidfile"),
    .init(
      "pidfile-unusable", ["cannot create PID file: {reason}"],
      cause: "the pidfile cannot be written: {reason}",
      remedy: "specify a regular file in an existing directory that the user may write"),
    .init(
      "log-file-unusable", ["Error opening logfile {path}: {reason}"],
      cause: "the log '{path}' of -D cannot be written: {reason}",
      remedy: "create its directory, or correct -D"),
    .init(
      "too-many-open-files", ["*: Too many open files"],
      cause: "QEMU reached its limit of open files",
      remedy: "raise it: `ulimit -n 65536`, LimitNOFILE= of systemd"),
    .init(
      "too-many-threads", ["qemu_thread_create: {reason}", "exec: Resource temporarily unavailable"],
      cause: "QEMU could not start a process or a thread: the limit of this user or control group is reached",
      remedy: "raise it: `ulimit -u`, TasksMax= of systemd, pids.max of the control group"),
    .init(
      "out-of-memory",
      [
        "GLib: {place}: failed to allocate {bytes} bytes",
        "*GLib-ERROR *failed to allocate {bytes} bytes*",
        "qemu_memalign: failed to allocate {bytes} bytes*",
      ],
      cause: "QEMU could not allocate {bytes} bytes of memory, and aborted",
      remedy: "raise the limit (`ulimit -v`, MemoryMax= of systemd) or lower -m and tb-size"),
    .init(
      "user-missing",
      ["User \"{user}\" doesn't exist (and is not <uid>:<gid>)", "User \"{user}\" doesn't exist*"],
      cause: "this host has no user '{user}'", remedy: "create the user, or specify UID:GID"),
    .init(
      "user-switch-not-permitted",
      ["Failed to setgid({id})", "Failed to setuid({id})", "Failed to initgroups({id}"],
      cause: "only root can change to another user",
      remedy: "start QEMU as root, or as that user without the option"),
    .init(
      "chroot-failed", ["chroot failed"],
      cause: "QEMU could not change its root directory",
      remedy: "create the directory of chroot=, and start QEMU as root"),
    .init(
      "library-missing",
      [
        "error while loading shared libraries: {library}: {reason}",
        "*error while loading shared libraries: {library}: {reason}",
      ],
      cause: "the library {library} of this QEMU is missing: {reason}",
      remedy: "reinstall the package, or set LD_LIBRARY_PATH if the binary was copied here"),
    .init(
      "module-missing",
      ["fatal: could not load module for type '{type}'", "*fatal: could not load module for type '{type}'"],
      cause:
        "QEMU does not find its module for {type}, because the binary was copied or the package is "
        + "incomplete",
      remedy: "start QEMU from its installation directory, or set QEMU_MODULE_DIR to its module directory"),
    .init(
      "trace-events-missing", ["{path}: No such file or directory"],
      when: { captures, circumstances in
        circumstances.has("trace") && !(captures["path"] ?? " ").contains(" ")
      },
      cause: "the list of trace events '{path}' does not exist", remedy: "correct events= of -trace"),
  ]
}
