import CLinux
import Glibc
import QEMUCommandLine
import QEMUJSON

/// Checks this host for what a restart needs and would not find.
///
/// What QEMU holds itself, such as its ports and image locks, is free when it has ended.
struct RestartCheck {
  /// The configuration of the restart.
  let wanted: QEMUConfiguration
  /// The configuration of the QEMU that ends before.
  let known: [Occurrence]
  /// The QEMU that ends before.
  let process: Int32

  /// Returns the obstacles to a restart.
  func obstacles() -> [RestartObstacle] {
    let sockets = HostSocketTable(besides: process)
    var counts: [String: Int] = [:]
    return wanted.occurrences.flatMap { occurrence in
      let index = counts[occurrence.option, default: 0]
      counts[occurrence.option] = index + 1
      let found =
        Self.missingFiles(occurrence) + lockedImages(occurrence)
        + Self.missingDirectories(occurrence) + busyPorts(occurrence, sockets) + peers(occurrence, sockets)
      return found.map { problem in
        RestartObstacle(
          option: occurrence.option, instance: occurrence.liveID ?? occurrence.id ?? String(index),
          reason: problem.reason, remedy: problem.remedy, isCertain: problem.isCertain)
      }
    }
  }

  struct Problem {
    let reason: String
    let remedy: String
    var isCertain = true
  }

  // MARK: - Files

  /// Members that name a file which QEMU reads.
  private static let files: [String: [String]] = [
    "object": ["file", "filename", "dir"], "smbios": ["file"], "fw_cfg": ["file"], "acpitable": ["file"],
    "fsdev": ["path"], "virtfs": ["path"],
  ]
  /// Options whose value is a file which QEMU reads.
  private static let values: Set = ["kernel", "initrd", "dtb", "bios"]

  private static func filesRead(by occurrence: Occurrence) -> [String] {
    let named =
      values.contains(occurrence.option)
      ? [(try? occurrence.argument?.text()) ?? ""]
      : (files[occurrence.option] ?? []).compactMap { occurrence.argument?.members?[$0]?.stringValue }
    return (occurrence.imageFiles + named).filter { $0.hasPrefix("/") }
  }

  private static func missingFiles(_ occurrence: Occurrence) -> [Problem] {
    filesRead(by: occurrence).filter { access($0, R_OK) != 0 }.map { file in
      Problem(
        reason: "\(file) cannot be read: \(String(cString: strerror(errno)))",
        remedy: "put the file back, or name another one")
    }
  }

  /// QEMU locks a byte for each right that it has on an image, and one for each that it grants nobody else.
  private func lockedImages(_ occurrence: Occurrence) -> [Problem] {
    let own = Set(
      (entryNames(of: "/proc/\(process)/fd") ?? []).compactMap { readLink("/proc/\(process)/fd/\($0)") })
    return occurrence.imageFiles.filter { $0.hasPrefix("/") && !own.contains($0) }.filter(Self.isLocked).map {
      file in
      Problem(
        reason: "another process holds a lock on the image \(file)",
        remedy: "end the other process, or name another image: qemu-img info \(file) tells whether it is free"
      )
    }
  }

  /// The byte that says "others may not write", and the one that says "I write".
  private static func isLocked(_ file: String) -> Bool {
    let descriptor = clinux_open(file, O_RDONLY, 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return clinux_is_locked(descriptor, 201, 1) > 0 && clinux_is_locked(descriptor, 101, 1) > 0
  }

  private static func missingDirectories(_ occurrence: Occurrence) -> [Problem] {
    guard let path = occurrence.createdPath, path.hasPrefix("/"), let end = path.lastIndex(of: "/") else {
      return []
    }
    let directory = String(path[..<end])
    if directory.isEmpty || access(directory, W_OK) == 0 { return [] }
    return [
      Problem(
        reason: "\(path) cannot be created: \(String(cString: strerror(errno)))",
        remedy: "create the directory \(directory) or make it writable, or name another path")
    ]
  }

  // MARK: - Sockets

  private func busyPorts(_ occurrence: Occurrence, _ sockets: HostSocketTable) -> [Problem] {
    occurrence.listeningPorts.filter { sockets.isTaken($0) }.map { port in
      Problem(
        reason: "another process holds \(port.protocolName) port \(port.number)",
        remedy: "end the other process, or choose another port")
    }
  }

  private func peers(_ occurrence: Occurrence, _ sockets: HostSocketTable) -> [Problem] {
    guard let path = occurrence.connectedPath, path.hasPrefix("/") else { return [] }
    let remedy =
      "start the process that listens on \(path) again once QEMU has ended, then start the virtual machine"
    if access(path, F_OK) != 0 {
      return [Problem(reason: "nothing listens on \(path): there is no such socket", remedy: remedy)]
    }
    guard let listener = sockets.listener(on: path) else {
      return [Problem(reason: "nothing listens on \(path) any more", remedy: remedy)]
    }
    // One that serves no QEMU yet waits for it.
    guard known.contains(where: { $0.connectedPath == path }), let words = sockets.commandLine(of: listener)
    else { return [] }
    let name = words.first.map { String($0.split(separator: "/").last ?? "") } ?? ""
    let ends =
      name == "virtiofsd" || (name == "swtpm" && words.contains { $0 == "--terminate" || $0 == "-t" })
    if ends {
      return [Problem(reason: "\(name) on \(path) ends with the QEMU that it serves", remedy: remedy)]
    }
    return [
      Problem(
        reason: "\(name) on \(path) must keep listening after the QEMU that it serves ends", remedy: remedy,
        isCertain: false)
    ]
  }
}
