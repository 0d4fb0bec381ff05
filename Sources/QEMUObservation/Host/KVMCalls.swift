import Glibc
import LinuxSystem
import QEMUCommandLine
package import QEMUVerification

/// QEMU's calls to its KVM virtual machine during its start, from the file of its own trace.
package enum KVMCalls {
  /// The trace event of these calls.
  package static let event = "kvm_vm_ioctl"
  /// The maximum size of a file that is read, in bytes; the trace of a start has a few KiB.
  private static let longest = 4 << 20

  /// Reads them from the file in QEMU's command line.
  package static func describe(_ pid: Int32) -> HostAnswer {
    guard let configuration = try? QEMUProgram.configuration(of: pid), let path = file(of: configuration)
    else { return .unavailable("QEMU was started without a trace of its calls to KVM") }
    let place = path.hasPrefix("/") ? "/proc/\(pid)/root\(path)" : "/proc/\(pid)/cwd/\(path)"
    var status = stat()
    guard stat(place, &status) == 0, status.st_size <= longest, let text = readProcText(place) else {
      return .unavailable("the trace of QEMU's calls to KVM cannot be read: \(path)")
    }
    let calls = text.split(separator: "\n").filter { $0.contains("\(event) type ") }
    return calls.isEmpty
      ? .unavailable("\(path) shows no call of QEMU to KVM") : .text(calls.joined(separator: "\n"))
  }

  /// Returns the file to which trace events are written; nil if there is none.
  private static func file(of configuration: QEMUConfiguration) -> String? {
    guard configuration.has("trace") else { return nil }
    let trace: Properties<TraceOption>? = configuration.merged()
    let log = configuration.occurrences.last { $0.option == "D" }?.argument
    return trace?.file ?? (try? log?.text())
  }
}
