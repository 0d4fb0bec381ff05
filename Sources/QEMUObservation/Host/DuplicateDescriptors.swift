import CLinux
import Glibc
import LinuxSystem
import QEMUVerification

/// The descriptors of a process that are duplicates of each other, as determined by `kcmp`.
enum DuplicateDescriptors {
  /// The maximum number of descriptors with the same name that are compared; there may be many event counters.
  private static let most = 64

  /// Returns a line for each open file that several descriptors of the process share: their numbers in order.
  static func describe(_ pid: Int32) -> HostAnswer {
    guard let names = entryNames(of: "/proc/\(pid)/fd") else {
      return .failure(of: "/proc/\(pid)/fd", errno)
    }
    let numbers = names.compactMap { Int32($0) }.sorted()
    let byName = Dictionary(grouping: numbers) { readLink("/proc/\(pid)/fd/\($0)") ?? "" }
    var groups: [[Int32]] = []
    for candidates in byName.values where 2...most ~= candidates.count {
      do throws(SystemError) {
        groups += try self.groups(candidates, pid)
      } catch {
        return .failure(of: "kcmp of process \(pid)", error.number)
      }
    }
    let lines = groups.filter { $0.count > 1 }.map { $0.map(String.init).joined(separator: " ") }
    return .text(lines.sorted().joined(separator: "\n"))
  }

  private static func groups(_ candidates: [Int32], _ pid: Int32) throws(SystemError) -> [[Int32]] {
    var groups: [[Int32]] = []
    for number in candidates {
      var place: Int?
      for (index, group) in groups.enumerated() where try isSameFile(number, group[0], pid) { place = index }
      if let place { groups[place].append(number) } else { groups.append([number]) }
    }
    return groups
  }

  private static func isSameFile(_ first: Int32, _ second: Int32, _ pid: Int32) throws(SystemError) -> Bool {
    let order = clinux_compare_files(pid, first, pid, second)
    // A descriptor that was closed meanwhile is not a duplicate.
    if order == -EBADF { return false }
    return try checked(order, "kcmp descriptors of process \(pid)") == 0
  }
}
