import CLinux
import Glibc
import LinuxSystem
package import QEMUVerification

/// The host's evidence about a process.
///
/// Reading the memory map of another process can block in the kernel, so this is done in another thread and with a
/// timeout.
struct HostEvidence {
  static let timeout = Duration.seconds(5)
  static let timedOut = HostAnswer.unreadable(
    "the kernel did not answer within \(timeout); try again when the host is less busy")

  private let sources: [HostSource]
  private let promise = Promise<[HostSource: HostAnswer]>()

  /// Begins to read the sources; ``answers()`` waits for the result.
  static func begin(_ sources: [HostSource], of pid: Int32) -> HostEvidence {
    let reading = HostEvidence(sources: sources)
    let promise = reading.promise
    let isTracing = sources.contains(where: \.needsRoot)
    let read: @Sendable () -> Void = {
      promise.fulfil(Dictionary(uniqueKeysWithValues: sources.map { ($0, readNow($0, of: pid)) }))
    }
    // A traced process is detached, in any case, when the tracing thread ends.
    if isTracing { startThread(read) } else { EventLoop.blocking.perform(read) }
    return reading
  }

  /// Reads global variables from the process's memory.
  static func globals(_ wanted: [GlobalVariable], of pid: Int32) async -> [GlobalVariable: HostAnswer] {
    let promise = Promise<[GlobalVariable: HostAnswer]>()
    EventLoop.blocking.perform { promise.fulfil(ProcessMemory.read(wanted, of: pid)) }
    return await promise.value(within: timeout) ?? ProcessMemory.all(wanted, timedOut)
  }

  private init(sources: [HostSource]) { self.sources = sources }

  func answers() async -> [HostSource: HostAnswer] {
    if let answers = await promise.value(within: Self.timeout) { return answers }
    return Dictionary(
      uniqueKeysWithValues: sources.map { ($0, Self.timedOut) })
  }

  private static func readNow(_ source: HostSource, of pid: Int32) -> HostAnswer {
    switch source {
    case .maps: readFile("/proc/\(pid)/maps")
    case .memoryAreas: MemoryAreas.describe(pid)
    case .threads: readThreads(pid)
    case .status: readFile("/proc/\(pid)/status")
    case .user: ProcessUser.describe(pid)
    case .descriptors: readDescriptors(pid)
    case .clock: readClock(pid)
    case .descriptorFlags: readDescriptorFlags(pid)
    case .duplicateDescriptors: DuplicateDescriptors.describe(pid)
    case .sockets: ProcessSockets.describe(pid)
    case .unixSockets: UnixSocketTable.describe(pid)
    case .userConfiguration: readConfigurationFile(pid)
    case .systemCallFilter: SystemCallFilter.describe(pid)
    case .kvmExtensions: readKVMExtensions()
    case .kvmCalls: KVMCalls.describe(pid)
    }
  }

  private static func readFile(_ path: String) -> HostAnswer {
    errno = 0
    if let text = readProcText(path), !text.isEmpty { return .text(text) }
    return errno == 0 ? .unavailable("\(path): empty") : .failure(of: path, errno)
  }

  private static func readClock(_ pid: Int32) -> HostAnswer {
    guard let started = ProcessStat(pid: pid)?.startTime else {
      return .unreadable("/proc/\(pid)/stat cannot be read; run the command as root")
    }
    var (sinceBoot, now, local) = (timespec(), time(nil), tm())
    clock_gettime(CLOCK_BOOTTIME, &sinceBoot)
    localtime_r(&now, &local)
    let age = sinceBoot.tv_sec - Int(started) / max(sysconf(Int32(_SC_CLK_TCK)), 1)
    return .text("\(now) \(local.tm_gmtoff) \(max(age, 0))")
  }

  private static func readThreads(_ pid: Int32) -> HostAnswer {
    listing("/proc/\(pid)/task") { thread in
      readProcText("/proc/\(pid)/task/\(thread)/comm").map { "\(thread) \($0.drop(while: { $0 == "\n" }))" }
        .map { $0.hasSuffix("\n") ? String($0.dropLast()) : $0 }
    }
  }

  private static func readDescriptors(_ pid: Int32) -> HostAnswer {
    listing("/proc/\(pid)/fd") { number in
      let path = "/proc/\(pid)/fd/\(number)"
      guard let link = readLink(path) else { return nil }
      var status = stat()
      let device = stat(path, &status) == 0 ? status.st_rdev : 0
      return "\(number) \(deviceNumber(device)) \(link)"
    }
  }

  private static func readDescriptorFlags(_ pid: Int32) -> HostAnswer {
    listing("/proc/\(pid)/fd") { number in
      guard let link = readLink("/proc/\(pid)/fd/\(number)"),
        let about = readProcText("/proc/\(pid)/fdinfo/\(number)"),
        let flags = about.split(separator: "\n").first(where: { $0.hasPrefix("flags:") })
      else { return nil }
      return "\(number) \(flags.dropFirst("flags:".count).drop { $0 == "\t" || $0 == " " }) \(link)"
    }
  }

  /// Reads whether `qemu.conf` exists in QEMU's configuration directory: `PATH present` or `PATH absent`.
  ///
  /// The directory is compiled into QEMU; ``configurationDirectories`` has the directories of common builds.
  private static func readConfigurationFile(_ pid: Int32) -> HostAnswer {
    guard let program = readLink("/proc/\(pid)/exe") else {
      return .failure(of: "/proc/\(pid)/exe", errno)
    }
    guard let end = program.lastIndex(of: "/"),
      let directory = configurationDirectories[String(program[..<end])]
    else { return .unavailable("this library does not know the configuration directory of this QEMU") }
    let path = "\(directory)/qemu.conf"
    var status = stat()
    if lstat("/proc/\(pid)/root\(path)", &status) == 0 { return .text("\(path) present") }
    return errno == ENOENT ? .text("\(path) absent") : .failure(of: path, errno)
  }

  private static let configurationDirectories = [
    "/usr/bin": "/etc/qemu", "/usr/local/bin": "/usr/local/etc/qemu",
  ]

  /// Returns `MAJOR:MINOR` of a device number, in the encoding of Linux.
  static func deviceNumber(_ device: UInt) -> String {
    let major = (device >> 8 & 0xFFF) | (device >> 32 & ~0xFFF)
    let minor = (device & 0xFF) | (device >> 12 & ~0xFF)
    return "\(major):\(minor)"
  }

  /// Returns a line for each entry of a directory, except entries that are removed meanwhile.
  private static func listing(_ path: String, _ line: (String) -> String?) -> HostAnswer {
    guard let names = entryNames(of: path) else {
      return .failure(of: path, errno)
    }
    let lines = names.compactMap(line)
    return .text(lines.joined(separator: "\n"))
  }

  private static func readKVMExtensions() -> HostAnswer {
    do throws(SystemError) {
      let kvm = try Descriptor.open("/dev/kvm", O_RDWR)
      var lines: [String] = []
      for capability in KVMCapability.allCases {
        let answer = clinux_kvm_check_extension(kvm.number, capability.rawValue)
        lines.append("\(capability.rawValue) \(try checked(answer, "KVM_CHECK_EXTENSION"))")
      }
      if let value = readProcText("/sys/module/kvm/parameters/enable_pmu") {
        lines.append("enable_pmu \(value.prefix { !$0.isNewline })")
      }
      return .text(lines.joined(separator: "\n"))
    } catch {
      return .failure(of: "/dev/kvm", error.number)
    }
  }
}

extension HostAnswer {
  /// Returns the answer for a file that could not be read: unavailable if it does not exist, else unreadable.
  package static func failure(of path: String, _ number: Int32) -> HostAnswer {
    let text = "\(path): \(SystemError(number, "").message)"
    return switch number {
    case ENOENT, ESRCH, ENXIO, ENODEV, EOPNOTSUPP: .unavailable(text)
    case EACCES, EPERM: .unreadable("\(text); run the command as root, or as the user who runs QEMU")
    default: .unreadable("\(text); try again")
    }
  }
}
