import Glibc
import LinuxSystem
package import QEMUVerification

/// The user of a process, in the form of ``HostSource/user``.
package enum ProcessUser {
  package static func describe(_ pid: Int32) -> HostAnswer {
    let path = "/proc/\(pid)/status"
    errno = 0
    guard let text = readProcText(path), let user = effectiveID("Uid:", in: text),
      let group = effectiveID("Gid:", in: text)
    else { return .failure(of: path, errno) }
    var lines = ["ids \(user):\(group)"] + names(of: user).sorted().map { "name \($0)" }
    if let root = readLink("/proc/\(pid)/root") { lines.append("root \(root)") }
    return .text(lines.joined(separator: "\n"))
  }

  /// Returns the effective id in a line of /proc/PID/status: the second of four.
  package static func effectiveID(_ name: String, in status: String) -> UInt32? {
    guard let ids = procFields(name, in: status), ids.count > 1 else { return nil }
    return UInt32(Substring(ids[1]))
  }

  /// The maximum number of entries that are read of /etc/passwd.
  private static let mostEntries = 10_000

  /// Returns the names of a user; several entries may have the same id.
  private static func names(of user: uid_t) -> Set<String> {
    var names: Set<String> = []
    var buffer = [CChar](repeating: 0, count: 1 << 16)
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    if getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, let found {
      names.insert(String(cString: found.pointee.pw_name))
    }
    guard let file = fopen("/etc/passwd", "re") else { return names }
    defer { fclose(file) }
    for _ in 0..<mostEntries {
      guard fgetpwent_r(file, &entry, &buffer, buffer.count, &found) == 0, let found else { break }
      if found.pointee.pw_uid == user { names.insert(String(cString: found.pointee.pw_name)) }
    }
    return names
  }
}
