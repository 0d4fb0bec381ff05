import CLinux
import Glibc
import LinuxSystem
package import QEMUCommandLine
import QEMUJSON
package import QEMUPlanning

/// A check of this host for resources that a restart needs and that are missing or in use.
///
/// Resources of the running QEMU, such as its ports and image locks, are free after its exit.
package struct RestartCheck {
  /// The configuration of the restart.
  package let wanted: QEMUConfiguration
  /// The configuration of the running QEMU.
  package let known: [Occurrence]
  /// The process id of the running QEMU.
  package let process: Int32

  package init(wanted: QEMUConfiguration, known: [Occurrence], process: Int32) {
    (self.wanted, self.known, self.process) = (wanted, known, process)
  }

  /// Returns the obstacles to a restart.
  package func obstacles() -> [RestartObstacle] {
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

  /// The members whose value is a file that QEMU reads, by option.
  private static let files: [String: [String]] = [
    "object": ["file", "filename", "dir"], "smbios": ["file"], "fw_cfg": ["file"], "acpitable": ["file"],
    "fsdev": ["path"], "virtfs": ["path"],
  ]
  /// The options whose value is a file that QEMU reads.
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
        remedy: "restore the file, or specify another one")
    }
  }

  /// Returns the images that another process has locked. QEMU locks a byte of an image for each permission that it has,
  /// and one for each that it does not share.
  private func lockedImages(_ occurrence: Occurrence) -> [Problem] {
    let own = Set(
      (entryNames(of: "/proc/\(process)/fd") ?? []).compactMap { readLink("/proc/\(process)/fd/\($0)") })
    return occurrence.imageFiles.filter { $0.hasPrefix("/") && !own.contains($0) }.filter(Self.isLocked).map {
      file in
      Problem(
        reason: "another process holds a lock on the image \(file)",
        remedy:
          "end the other process, or specify another image: check with qemu-img info \(file) whether it is free"
      )
    }
  }

  /// Returns whether an image is locked for writing: byte 201 is "others may not write", byte 101 is "this process
  /// writes".
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
        remedy: "create the directory \(directory) or make it writable, or specify another path")
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
      "start the process that listens on \(path) again after QEMU has exited, then start the virtual machine"
    if access(path, F_OK) != 0 {
      return [Problem(reason: "no process listens on \(path): there is no such socket", remedy: remedy)]
    }
    guard let listener = sockets.listener(on: path) else {
      return [Problem(reason: "no process listens on \(path) any more", remedy: remedy)]
    }
    // A process that does not serve the running QEMU waits for a client.
    guard known.contains(where: { $0.connectedPath == path }), let words = sockets.commandLine(of: listener)
    else { return [] }
    let name = words.first.map { String($0.split(separator: "/").last ?? "") } ?? ""
    let ends =
      name == "virtiofsd" || (name == "swtpm" && words.contains { $0 == "--terminate" || $0 == "-t" })
    if ends {
      return [Problem(reason: "\(name) on \(path) exits with the QEMU that it serves", remedy: remedy)]
    }
    return [
      Problem(
        reason: "\(name) on \(path) must keep listening after the QEMU that it serves exits", remedy: remedy,
        isCertain: false)
    ]
  }
}
