import Glibc
import LinuxSystem
package import QEMUCommandLine
package import QEMUDiagnosis

extension QEMUProgram {
  /// Returns the error for a process that cannot be read: `notRunning` only if the kernel reports that there is none.
  package static func unreadable(_ pid: Int32, _ number: Int32) -> LifecycleError {
    if !ProcFileSystem.isMounted || (pid > 0 && (kill(pid, 0) == 0 || errno != ESRCH)) {
      return .ofHost(SystemError(number, "read /proc/\(pid)"))
    }
    return LifecycleError(
      .notRunning, "there is no process \(pid)", remedy: "specify a running process: see pgrep -a qemu")
  }

  /// Reads the command line of a process.
  /// - Throws: ``LifecycleError``: `notRunning`, `notQEMU`, `unsupportedOption`, `hostUnusable`.
  package static func configuration(of pid: Int32) throws(LifecycleError) -> QEMUConfiguration {
    guard let text = readProcText("/proc/\(pid)/cmdline") else { throw unreadable(pid, errno) }
    let words = text.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
    let name = words.first?.split(separator: "/").last ?? ""
    // If its program cannot be examined, only its name is checked; then nothing of it is confirmed.
    guard isRun(by: pid) ?? (name.hasPrefix("qemu") || name.hasPrefix("kvm")) else {
      throw LifecycleError(
        .notQEMU, "process \(pid) is not QEMU", evidence: words.prefix(1).map { String($0.prefix(200)) },
        remedy: "specify a process whose program is qemu-system-ARCH: see pgrep -a qemu")
    }
    do throws(CommandLineError) {
      return try QEMUConfiguration(words: words, unknownNames: .kept)
    } catch {
      let redaction = Redaction(arguments: words)
      throw LifecycleError(
        .unsupportedOption,
        "the command line of process \(pid) cannot be parsed: \(redaction.redacting(error.description))",
        evidence: error.evidence.map(redaction.redacting), remedy: error.remedy)
    }
  }
}
