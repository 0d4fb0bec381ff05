import Glibc
package import LinuxSystem

extension LifecycleError {
  /// Returns the error for a failure of the host, or for a limit of this process; the state of the virtual machine is
  /// unknown.
  package static func ofHost(_ error: SystemError) -> LifecycleError {
    switch error.number {
    case EMFILE:
      return LifecycleError(
        .hostUnusable, "this command may not have more than \(DescriptorLimit.current) files open",
        evidence: ["\(error)"],
        remedy: "raise the limit on open files in the shell that runs the command: ulimit -n 1024")
    case ENFILE:
      return LifecycleError(
        .hostUnusable, "this host has reached its limit on open files", evidence: ["\(error)"],
        remedy: "end processes that have many files open (lsof), or raise the limit with sysctl fs.file-max")
    case ENOMEM, EAGAIN:
      return LifecycleError(
        .hostUnusable, "this host has no memory left for the command, or has reached a limit on processes",
        evidence: ["\(error)"],
        remedy:
          "end other processes, or raise the limits of the shell that runs the command (ulimit -v, ulimit -u)"
      )
    case EACCES, EPERM:
      return LifecycleError(
        .hostUnusable, "this user lacks a permission that the command needs: \(error)",
        remedy: "run the command as the user who started the virtual machine, or as root")
    default:
      return ProcFileSystem.isMounted
        ? LifecycleError(
          .hostUnusable, "this host denies information that the command needs: \(error)",
          remedy: "run the command as root, on the host and in the PID namespace of QEMU")
        : ProcFileSystem.missing
    }
  }
}

extension SystemError {
  /// A Boolean value that indicates whether the cause is the host or a limit of this process.
  package var isOfHost: Bool {
    [EMFILE, ENFILE, ENOMEM, EACCES, EPERM].contains(number) || !ProcFileSystem.isMounted
  }
}

/// The proc file system.
package enum ProcFileSystem {
  /// A Boolean value that indicates whether it is mounted; without it no process can be identified.
  package static var isMounted: Bool { access("/proc/self/stat", F_OK) == 0 }

  /// Throws an error if it is not mounted.
  package static func require() throws(LifecycleError) { if !isMounted { throw missing } }

  package static var missing: LifecycleError {
    LifecycleError(
      .hostUnusable,
      "/proc is not mounted here; without it the state of a process cannot be determined",
      remedy: "mount it (mount -t proc proc /proc), or run the command where it is mounted")
  }
}
