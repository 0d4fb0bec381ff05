import Glibc
import LinuxSystem
import QEMUVerification

/// The files to which paths refer in a process: absolute ones from its root, relative ones from its working directory.
enum FollowedPaths {
  /// Returns the device number and the real path for each path.
  static func read(_ paths: [String], of pid: Int32) async -> [String: HostAnswer] {
    if paths.isEmpty { return [:] }
    let promise = Promise<[String: HostAnswer]>()
    EventLoop.blocking.perform {
      promise.fulfil(Dictionary(uniqueKeysWithValues: paths.map { ($0, follow($0, pid)) }))
    }
    return await promise.value(within: HostEvidence.timeout)
      ?? Dictionary(uniqueKeysWithValues: paths.map { ($0, HostEvidence.timedOut) })
  }

  private static func follow(_ path: String, _ pid: Int32) -> HostAnswer {
    let place = path.hasPrefix("/") ? "/proc/\(pid)/root\(path)" : "/proc/\(pid)/cwd/\(path)"
    var status = stat()
    guard stat(place, &status) == 0, let end = realpath(place, nil) else {
      return .failure(of: path, errno)
    }
    defer { free(end) }
    return .text("\(HostEvidence.deviceNumber(status.st_rdev)) \(String(cString: end))")
  }
}
