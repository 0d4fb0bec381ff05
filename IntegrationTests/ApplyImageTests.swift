import Foundation
import QEMU
import QEMUJSON
import Testing

/// The disk under a running guest is what the block graph says: a plan puts no older image back.
@Suite struct ApplyImageTests {
  /// A way in which the disk of a running guest moves to another image.
  struct Move: Sendable, CustomTestStringConvertible {
    let name: String
    /// The disk as it is asked for; `DIR` is the directory of the images.
    let disk: String
    /// The images that are there before, raw and of 1 MiB.
    var images = ["base"]
    /// The commands, and the job that is completed by them.
    let commands: [(String, JSON)]
    /// The image under the guest then, whether the old one backs it, and the disk that names it.
    let live: String
    let isOverlay: Bool
    let named: String

    var testDescription: String { name }
  }

  private static let drive =
    "-drive if=none,id=d,format=raw,file=DIR/base -device virtio-blk-pci,id=v,drive=d"
  private static let overlay =
    "-drive if=none,id=d,format=qcow2,file=DIR/over -device virtio-blk-pci,id=v,drive=d"
  private static let nodes =
    "-blockdev file,node-name=f,filename=DIR/base -blockdev raw,node-name=n,file=f -device virtio-blk-pci,id=v,drive=n"
  private static let disc =
    "-device virtio-scsi-pci,id=s -drive if=none,id=d,media=cdrom,format=raw,file=DIR/base -device scsi-cd,id=v,drive=d,bus=s.0"
  private static let snapshot: (String, JSON) = (
    "blockdev-snapshot-sync", ["device": "d", "snapshot-file": "DIR/over", "format": "qcow2"]
  )

  static let moves: [Move] = [
    Move(
      name: "a snapshot of a drive", disk: drive, commands: [snapshot], live: "over", isOverlay: true,
      named: overlay),
    Move(
      name: "two snapshots of a drive", disk: drive,
      commands: [
        snapshot,
        ("blockdev-snapshot-sync", ["device": "d", "snapshot-file": "DIR/second", "format": "qcow2"]),
      ], live: "second", isOverlay: true, named: overlay.replacing("over", with: "second")),
    Move(
      name: "a snapshot of a node", disk: nodes,
      commands: [
        (
          "blockdev-snapshot-sync",
          ["node-name": "n", "snapshot-file": "DIR/over", "format": "qcow2", "snapshot-node-name": "o"]
        )
      ], live: "over", isOverlay: true,
      named:
        "-blockdev qcow2,node-name=o,file.driver=file,file.filename=DIR/over -device virtio-blk-pci,id=v,drive=o"
    ),
    Move(
      name: "a mirror of a drive", disk: drive, images: ["base", "copy"],
      commands: [
        (
          "drive-mirror",
          [
            "device": "d", "job-id": "j", "target": "DIR/copy", "format": "raw", "sync": "full",
            "mode": "existing",
          ]
        ), ("job-complete", ["id": "j"]),
      ], live: "copy", isOverlay: false, named: drive.replacing("base", with: "copy")),
    Move(
      name: "a new medium", disk: disc, images: ["base", "other"],
      commands: [
        ("blockdev-change-medium", ["id": "v", "filename": "DIR/other", "format": "raw", "force": true])
      ], live: "other", isOverlay: false, named: disc.replacing("base", with: "other")),
  ]

  private static func withImages(
    _ images: [String], _ body: (String) async throws -> Void
  ) async throws {
    try await withStateDirectory { files in
      try FileManager.default.createDirectory(atPath: files.path, withIntermediateDirectories: true)
      for image in images { try Data(count: 1 << 20).write(to: URL(filePath: "\(files.path)/\(image)")) }
      try await body(files.path)
    }
  }

  private static func line(_ qemu: QEMUUnderTest, _ disk: String, _ directory: String) -> [String] {
    "-machine \(qemu.isX86 ? "q35" : "virt") -m 128 \(disk.replacing("DIR", with: directory))".split(
      separator: " "
    )
    .map(String.init)
  }

  private static func configuration(_ words: [String]) throws -> QEMUConfiguration {
    try QEMUConfiguration(arguments: ["-nodefaults", "-display", "none"] + words)
  }

  private static func make(_ move: Move, _ machine: VirtualMachine, _ directory: String) async throws {
    for (command, arguments) in move.commands {
      let text = try arguments.serialized().replacing("DIR", with: directory)
      let members = try #require(JSON.parse(text).objectValue)
      let events = await machine.events()
      _ = try await machine.execute(command, members)
      let ending = ["drive-mirror": "BLOCK_JOB_READY", "job-complete": "BLOCK_JOB_COMPLETED"][command]
      if let ending { _ = try await events.first(within: .seconds(60)) { $0.name == ending } }
    }
  }

  @Test(arguments: QEMUMatrix.all, moves)
  func anOlderImageIsNotPutBackUnderTheGuest(qemu: QEMUUnderTest, move: Move) async throws {
    try await Self.withImages(move.images) { directory in
      let line = Self.line(qemu, move.disk, directory)
      try await withMachine(on: qemu, line) { machine in
        try await Self.make(move, machine, directory)
        let old = try Self.configuration(line + ["-uuid", "6c8d3f8a-2f0e-4d3a-9d56-0d5b1a2c3d4e"])
        let refused = try await machine.plan(old).changes.filter { $0.kind == .impossible }
        #expect(refused.count == 1, "\(refused.map(\.title))")
        #expect(refused.first?.reason?.contains("\(directory)/\(move.live)") == true)
        let error = await #expect(throws: LifecycleError.self) { try await machine.apply(old) }
        #expect(error?.code == .imageSuperseded)
        #expect(error?.remedy.contains("\(directory)/\(move.live)") == true)

        let drift = try #require(try await machine.verify().report.findings.first { $0.imageMove != nil })
        #expect(drift.verdict == .drifted)
        #expect(drift.reason?.contains("has changed") == true)
        #expect(drift.imageMove?.live == "\(directory)/\(move.live)")
        #expect(drift.imageMove?.isOverlay == move.isOverlay)
        #expect(drift.remedy?.text.contains("restart") == false)

        let named = try Self.configuration(Self.line(qemu, move.named, directory))
        #expect(try await machine.plan(named).changes.map(\.title) == [])
      }
    }
  }

  /// The configuration of `inspect` has the live image, and a virtual machine that is started with it uses that image.
  @Test(arguments: QEMUMatrix.x86, moves)
  func aConfigurationOfTheLiveMachineNamesTheLiveImage(qemu: QEMUUnderTest, move: Move) async throws {
    try await Self.withImages(move.images) { directory in
      var live: [String] = []
      try await withMachine(on: qemu, Self.line(qemu, move.disk, directory)) { machine in
        try await Self.make(move, machine, directory)
        let requested = try QEMUConfiguration(arguments: await machine.record.requested)
        let pinned = try await machine.inspect().configuration(pinning: requested)
        live = try pinned.arguments()
        #expect(live.joined(separator: " ").contains("\(directory)/\(move.live)"))
        #expect(try await machine.plan(pinned).changes.filter { $0.kind == .impossible } == [])
      }
      try await withMachine(on: qemu, live) { again in
        let disks = try await again.execute("query-block", [:]).arrayValue ?? []
        #expect(disks.contains { $0["inserted"]?["file"]?.stringValue == "\(directory)/\(move.live)" })
        #expect(try await again.verify().report.verdict == .confirmed)
      }
    }
  }

  /// An overlay that was merged into its backing file holds nothing any more.
  @Test(arguments: QEMUMatrix.all)
  func anOverlayThatWasCommittedIsNotPutBack(qemu: QEMUUnderTest) async throws {
    try await Self.withImages(["base"]) { directory in
      let base = Self.line(qemu, Self.drive, directory)
      try await withMachine(on: qemu, base) { machine in
        try await Self.make(Self.moves[0], machine, directory)
        let overlay = try Self.configuration(Self.line(qemu, Self.overlay, directory))
        #expect(try await machine.apply(overlay).report.verdict == .confirmed)
        let events = await machine.events()
        _ = try await machine.execute("block-commit", ["device": "d", "job-id": "c"])
        _ = try await events.first(within: .seconds(60)) { $0.name == "BLOCK_JOB_READY" }
        _ = try await machine.execute("job-complete", ["id": "c"])
        _ = try await events.first(within: .seconds(60)) { $0.name == "BLOCK_JOB_COMPLETED" }
        await #expect(throws: LifecycleError.self) { try await machine.apply(overlay) }
        #expect(try await machine.plan(Self.configuration(base)).changes.map(\.title) == [])
      }
    }
  }

  /// A disc that is wanted anew is changed: only what nobody asked for anew is kept.
  @Test(arguments: QEMUMatrix.all)
  func aNewDiscIsPutInOnRequest(qemu: QEMUUnderTest) async throws {
    try await Self.withImages(["base", "other"]) { directory in
      try await withMachine(on: qemu, Self.line(qemu, Self.disc, directory)) { machine in
        let other = Self.disc.replacing("base", with: "other")
        let outcome = try await machine.apply(Self.configuration(Self.line(qemu, other, directory)))
        #expect(outcome.done.map(\.title) == ["drive d file \(directory)/base → \(directory)/other"])
        #expect(outcome.report.verdict == .confirmed)
      }
    }
  }
}
