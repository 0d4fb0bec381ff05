import Foundation
import QEMU
import QEMUJSON
import Testing

extension ApplyTests {
  /// Changes that were made before a failure stay and are listed, and are undone when they are no longer wanted.
  @Test(arguments: QEMUMatrix.all)
  func aFailureInTheMiddleLeavesNothingUntold(qemu: QEMUUnderTest) async throws {
    try await Self.withMachine(qemu, "-chardev null,id=c") { machine, board in
      let broken = try Self.configuration(
        "\(board) -chardev null,id=c -object iothread,id=t -blockdev file,node-name=f,filename=/nonexistent -chardev null,id=z "
          + "-device virtio-rng-pci,id=r")
      let outcome = try await machine.apply(broken)
      #expect(outcome.done.map(\.title) == ["object t added", "chardev z added"])
      #expect(outcome.failure?.change.title == "blockdev f added")
      #expect(outcome.failure?.error.summary.contains("No such file or directory") == true)
      #expect(outcome.left.map(\.title) == ["device r added"])
      #expect(outcome.report.verdict == .drifted)
      let before = try Self.configuration("\(board) -chardev null,id=c")
      let back = try await machine.apply(before)
      #expect(back.done.map(\.title) == ["chardev z removed", "object t removed"])
      #expect(try await machine.plan(before).isEmpty)
      #expect(await machine.record.requested.contains("chardev") == false)
    }
  }

  /// A command that died after QEMU obeyed it has recorded what it was about to add.
  @Test(arguments: QEMUMatrix.all.prefix(1))
  func whatADeadCommandAddedIsFoundAgain(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { state in
      let board = Self.board(qemu).split(separator: " ").map(String.init)
      let machine = try await VirtualMachine.start(launchRequest(qemu, board, state))
      let wanted = try Self.configuration(
        "\(Self.board(qemu)) -object iothread,id=t -object iothread,id=u -device virtio-rng-pci,id=r,bus=rp1")
      await machine.release()
      let directory = URL(filePath: state.path).appending(path: "test")
      let file = try #require(
        try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
          .first { $0.pathExtension == "json" })
      var record = try #require(JSON.parse(String(contentsOf: file, encoding: .utf8)).objectValue)
      record["pending"] = .array(try wanted.arguments().map(JSON.string))
      try Data(JSON.object(record).serialized().utf8).write(to: file)
      let again = try await VirtualMachine.adopt(MachineName("test"), in: state)
      _ = try await again.execute("object-add", ["qom-type": "iothread", "id": "t"])
      let plan = try await again.plan(Self.configuration(Self.board(qemu)))
      #expect(plan.changes.map(\.title) == ["object t removed"])
      let left = try await again.plan(wanted).changes.map(\.title)
      #expect(left == ["object u added", "device r added"])

      // What cannot leave now is not forgotten by an attempt that does nothing.
      _ = try await again.execute("object-del", ["id": "t"])
      _ = try await again.execute("device_add", ["driver": "virtio-rng-pci", "id": "r", "bus": "rp1"])
      for _ in 0..<2 {
        let outcome = try await again.apply(Self.configuration(Self.board(qemu)))
        #expect(outcome.left.map(\.title) == ["device r removed"])
      }
      await again.discard()
    }
  }
}
