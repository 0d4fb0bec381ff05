import Glibc
package import QMP

extension LifecycleError {
  /// A failure of the host or of this process's limits: nothing follows from it for a virtual machine.
  package static func ofHost(_ error: SystemError) -> LifecycleError {
    switch error.number {
    case EMFILE:
      return LifecycleError(
        .hostUnusable, "this command may not have more than \(DescriptorLimit.current) files open",
        evidence: ["\(error)"],
        remedy: "raise the limit on open files in the shell that runs it: ulimit -n 1024")
    case ENFILE:
      return LifecycleError(
        .hostUnusable, "this host has as many files open as it can have", evidence: ["\(error)"],
        remedy: "end what holds them (lsof), or raise the limit with sysctl fs.file-max")
    case ENOMEM, EAGAIN:
      return LifecycleError(
        .hostUnusable, "this host gives the command no memory or no further process", evidence: ["\(error)"],
        remedy: "end what uses them up, or raise the limits of the shell that runs it (ulimit -v, ulimit -u)")
    case EACCES, EPERM:
      return LifecycleError(
        .hostUnusable, "this user may not do what it takes: \(error)",
        remedy: "run the command as the user who started the virtual machine, or as root")
    default:
      return ProcFileSystem.isMounted
        ? LifecycleError(
          .hostUnusable, "this host does not show what it takes: \(error)",
          remedy: "run the command as root, on the host and in the PID namespace in which QEMU runs")
        : ProcFileSystem.missing
    }
  }
}

extension SystemError {
  /// A Boolean value that indicates whether the host, or a limit of this process, is the cause, and not what was worked on.
  var isOfHost: Bool {
    [EMFILE, ENFILE, ENOMEM, EACCES, EPERM].contains(number) || !ProcFileSystem.isMounted
  }
}

/// The file system in which the kernel shows processes.
package enum ProcFileSystem {
  /// A Boolean value that indicates whether it is there; without it no process can be told from another.
  package static var isMounted: Bool { access("/proc/self/stat", F_OK) == 0 }

  /// Throws where it is not there.
  static func require() throws(LifecycleError) { if !isMounted { throw missing } }

  package static var missing: LifecycleError {
    LifecycleError(
      .hostUnusable,
      "/proc is not mounted here; without it nothing can be said of any process, also not that it is gone",
      remedy: "mount it, mount -t proc proc /proc, or run the command where it is mounted")
  }
}
