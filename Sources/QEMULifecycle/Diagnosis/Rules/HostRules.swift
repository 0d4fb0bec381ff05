/// Limits and permissions that the host sets to the process.
enum HostRules {
  static let all: [DiagnosisRule] = [
    .init(
      "pidfile-locked", ["cannot create PID file: Cannot lock pid file: {reason}"],
      cause: "a running QEMU holds the pidfile",
      remedy: "that virtual machine is running: stop it first, or give this one a pidfile of its own"),
    .init(
      "pidfile-unusable", ["cannot create PID file: {reason}"],
      cause: "the pidfile cannot be written: {reason}",
      remedy: "point -pidfile at a file in an existing directory that the user may write, never at a device"),
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
      cause: "QEMU got no more memory from the host ({bytes} bytes asked for), and ended itself",
      remedy: "raise the limit (`ulimit -v`, MemoryMax= of systemd) or lower -m and tb-size"),
    .init(
      "user-missing",
      ["User \"{user}\" doesn't exist (and is not <uid>:<gid>)", "User \"{user}\" doesn't exist*"],
      cause: "this host has no user as '{user}' asks", remedy: "create the user, or give UID:GID"),
    .init(
      "user-switch-not-permitted",
      ["Failed to setgid({id})", "Failed to setuid({id})", "Failed to initgroups({id}"],
      cause: "only root can change to another user",
      remedy: "start QEMU as root, or as that user and without the option"),
    .init(
      "chroot-failed", ["chroot failed"],
      cause: "QEMU could not change its root directory",
      remedy: "the directory of chroot= has to exist, and QEMU to start as root"),
    .init(
      "library-missing",
      [
        "error while loading shared libraries: {library}: {reason}",
        "*error while loading shared libraries: {library}: {reason}",
      ],
      cause: "the library {library} of this QEMU is missing: {reason}",
      remedy: "install the package again, or set LD_LIBRARY_PATH for a QEMU that was copied here"),
    .init(
      "module-missing",
      ["fatal: could not load module for type '{type}'", "*fatal: could not load module for type '{type}'"],
      cause:
        "QEMU does not find its own modules (here {type}), because the binary was copied or the package is "
        + "incomplete",
      remedy: "start it from where it was installed, or set QEMU_MODULE_DIR to its module directory"),
    .init(
      "trace-events-missing", ["{path}: No such file or directory"],
      when: { captures, circumstances in
        circumstances.has("trace") && !(captures["path"] ?? " ").contains(" ")
      },
      cause: "the list of trace events '{path}' does not exist", remedy: "correct events= of -trace"),
  ]
}
