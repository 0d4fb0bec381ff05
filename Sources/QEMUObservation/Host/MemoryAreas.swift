import Glibc
import LinuxSystem
import QEMUVerification

/// The larger writable areas of a process's memory, with their pages and their NUMA policy.
enum MemoryAreas {
  /// The minimum size of an area that is listed, in bytes; guest memory is not smaller.
  private static let smallest: UInt64 = 64 << 10

  /// Returns a line for each area, in the form of `HostSource.memoryAreas`.
  static func describe(_ pid: Int32) -> HostAnswer {
    errno = 0
    guard let text = readProcText("/proc/\(pid)/smaps"), !text.isEmpty else {
      return errno == 0
        ? .unavailable("/proc/\(pid)/smaps: empty") : .failure(of: "/proc/\(pid)/smaps", errno)
    }
    // A kernel without NUMA has no such file.
    let policies = policies(in: readProcText("/proc/\(pid)/numa_maps") ?? "")
    return .text(areas(in: text, policies).joined(separator: "\n"))
  }

  /// Reads /proc/PID/smaps: for each area a heading like a line of maps, then lines with a name, a colon and a value.
  static func areas(in text: String, _ policies: [UInt64: String]) -> [String] {
    var lines: [String] = []
    var area: Area?
    for line in text.split(separator: "\n") {
      if let next = Area(line) {
        area = next
      } else if line.hasPrefix("VmFlags:"), let complete = area {
        let flags = line.dropFirst("VmFlags:".count).split(separator: " ").joined(separator: ",")
        if complete.isListed(from: smallest) {
          lines.append(complete.line(flags, policies[complete.start] ?? "default"))
        }
      } else {
        area?.take(line)
      }
    }
    return lines
  }

  /// Reads /proc/PID/numa_maps: the policy by the address of the area, as in `7f4bd1800000 prefer (many):0 anon=1`.
  static func policies(in text: String) -> [UInt64: String] {
    var policies: [UInt64: String] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 1, let start = UInt64(fields[0], radix: 16) else { continue }
      let isLong = fields.count > 2 && fields[2].hasPrefix("(")
      policies[start] = isLong ? "\(fields[1])\(fields[2])" : String(fields[1])
    }
    return policies
  }

  private struct Area {
    let start: UInt64
    private let end: UInt64
    private let permissions: Substring
    private let name: Substring
    private var page: UInt64 = 0
    private var resident: UInt64 = 0

    /// Reads a heading: `7f09d1fff000-7f09d3fff000 rw-p 00000000 fe:00 16228698   /path`.
    init?(_ line: Substring) {
      let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
      let bounds = fields.first?.split(separator: "-").map { UInt64($0, radix: 16) } ?? []
      guard fields.count > 4, bounds.count == 2, let start = bounds[0], let end = bounds[1], start < end
      else {
        return nil
      }
      (self.start, self.end, permissions) = (start, end, fields[1])
      name = fields.count > 5 ? fields[5].drop { $0 == " " } : ""
    }

    /// Reads a line with a value in kB: `Rss:   32768 kB`.
    mutating func take(_ line: Substring) {
      let words = line.split(separator: " ")
      guard words.count > 1, let value = UInt64(words[1]) else { return }
      switch words[0] {
      case "KernelPageSize:": page = value
      // Huge pages of hugetlbfs are in none of the other counts.
      case "Rss:", "Swap:", "Shared_Hugetlb:", "Private_Hugetlb:": resident &+= value
      default: break
      }
    }

    func isListed(from smallest: UInt64) -> Bool { permissions.contains("w") && end - start >= smallest }

    func line(_ flags: String, _ policy: String) -> String {
      let bounds = "\(String(start, radix: 16))-\(String(end, radix: 16))"
      return "\(bounds) \(permissions) \(page) \(resident) \(flags) \(policy) \(name)"
    }
  }
}
