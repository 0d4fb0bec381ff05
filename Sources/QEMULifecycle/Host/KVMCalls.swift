import Glibc
import QEMUCommandLine
import QEMUVerification
import QMP

/// The calls of QEMU to its KVM virtual machine while it started, which its own trace has written to a file.
enum KVMCalls {
  /// The trace event that shows them.
  static let event = "kvm_vm_ioctl"
  /// A trace of a start alone has a few KiB; of a longer one the file is not read.
  private static let longest = 4 << 20

  /// Reads them from the file that QEMU's command line names.
  static func describe(_ pid: Int32) -> HostAnswer {
    guard let configuration = try? ForeignQEMU.configuration(of: pid), let path = file(of: configuration)
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

  /// The file that trace events are written to; nil where they are not.
  private static func file(of configuration: QEMUConfiguration) -> String? {
    guard configuration.has("trace") else { return nil }
    let trace: Properties<TraceOption>? = configuration.merged()
    let log = configuration.occurrences.last { $0.option == "D" }?.argument
    return trace?.file ?? (try? log?.text())
  }
}
