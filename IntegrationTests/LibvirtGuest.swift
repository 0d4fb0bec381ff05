import Dispatch
import Foundation
import LinuxSystem
import QEMULifecycle
import QMP
import Testing

/// A virtual machine that libvirt starts by its own driver, without a daemon.
enum LibvirtGuest {
  /// The path of libvirt's `virt-qemu-run`; nil if it is not installed.
  static let program: String? = ["/usr/bin", "/usr/local/bin"].map { "\($0)/virt-qemu-run" }.first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// Runs one until the body returns.
  static func with(_ qemu: QEMUUnderTest, _ body: (_ pid: Int32) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "libvirt-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(
      at: directory.appending(path: "etc"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    // Its driver would have another daemon write the guest's log, which not every installation brings.
    try Data("stdio_handler = \"file\"\n".utf8).write(to: directory.appending(path: "etc/qemu.conf"))
    try Data(domain(qemu, directory).utf8).write(to: directory.appending(path: "domain.xml"))
    try Data(count: 1 << 20).write(to: directory.appending(path: "disc"))
    let null = try Descriptor.open("/dev/null", O_RDWR)
    let output = Pipe()
    let words =
      asNobody(directory) + [
        try #require(program), "--verbose", "--root", directory.path,
        directory.appending(path: "domain.xml").path,
      ]
    let environment = ProcessInfo.processInfo.environment.merging(
      ["HOME": directory.path, "XDG_RUNTIME_DIR": directory.path]) { $1 }
    let runner = try ChildProcess.spawn(
      words[0], Array(words.dropFirst()), environment: environment.map { "\($0.key)=\($0.value)" },
      passing: [0, 1, 2].map {
        .init($0 == 0 ? null.number : output.fileHandleForWriting.fileDescriptor, as: $0)
      })
    try output.fileHandleForWriting.close()
    do {
      let said = await read(output.fileHandleForReading, until: "guest running")
      try #require(said.contains("guest running"), "\(said)")
      let text = try String(contentsOf: directory.appending(path: "run/qemu/audited.pid"), encoding: .utf8)
      try await body(try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))))
    } catch {
      try? runner.send(signal: SIGTERM)
      _ = await runner.waitForEnd(within: .seconds(30))
      throw error
    }
    // It ends its guest.
    try runner.send(signal: SIGTERM)
    try #require(await runner.waitForEnd(within: .seconds(30)) != nil)
  }

  /// As root libvirt looks for a user of its own, which an installation of its daemon makes.
  private static func asNobody(_ directory: URL) -> [String] {
    guard getuid() == 0 else { return [] }
    for path in ["", "etc", "disc"] { chown(directory.appending(path: path).path, 65534, 65534) }
    return ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
  }

  private static func read(_ handle: FileHandle, until words: String) async -> String {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        var text = ""
        while !text.contains(words) {
          let data = handle.availableData
          if data.isEmpty { break }
          text += String(decoding: data, as: UTF8.self)
        }
        continuation.resume(returning: text)
      }
    }
  }

  private static func domain(_ qemu: QEMUUnderTest, _ directory: URL) -> String {
    """
    <domain type='qemu'>
      <name>audited</name>
      <memory unit='MiB'>128</memory>
      <vcpu>2</vcpu>
      <os><type arch='x86_64' machine='q35'>hvm</type></os>
      <devices>
        <emulator>\(qemu.path)</emulator>
        <disk type='file' device='disk'>
          <driver name='qemu' type='raw'/><source file='\(directory.path)/disc'/><target dev='vda' bus='virtio'/>
        </disk>
        <interface type='user'><model type='virtio'/></interface>
        <serial type='pty'/>
        <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
      </devices>
    </domain>
    """
  }
}
