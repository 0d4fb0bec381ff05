import Foundation
import QEMU
import Testing

/// `qemuctl check` and `capabilities`, and what they stand on.
@Suite struct CheckCommandTests {
  @Test(arguments: QEMUMatrix.all)
  func aBinaryTellsWhatItHas(qemu: QEMUUnderTest) async throws {
    let capabilities = try await KnownCapabilities.of(qemu)
    #expect(qemu.version.hasPrefix(capabilities.version))
    #expect(capabilities.architecture == qemu.architecture)
    #expect(capabilities.options.isSuperset(of: ["accel", "M", "machine", "h", "fda", "hdb", "qtest"]))
    #expect(capabilities.parameters["drive"]?.isEmpty == false)
    #expect(capabilities.accelerators["tcg"]?["tb-size"] != nil)
    let machine = qemu.architecture == "x86_64" ? "q35" : "virt"
    #expect(capabilities.machine(machine)?.properties?["memory-backend"] != nil)
    #expect(capabilities.features(of: "max")?.isEmpty == false)
    #expect(capabilities.device("virtio-net-pci")?.properties?["mac"] == "str")
    #expect(capabilities.device("virtio-net")?.bus == "PCI")
    #expect(capabilities.device("virtio-net-pci")?.isUserCreatable == true)
    #expect(capabilities.devices.contains { !$0.value.isUserCreatable })
    #expect(capabilities.logItems.isSuperset(of: ["guest_errors", "int"]))
    #expect(!capabilities.logItems.contains("Use"))
  }

  /// A type of which a binary dies when asked costs its own properties alone.
  @Test(arguments: QEMUMatrix.x86.filter { $0.version.hasPrefix("7.2") })
  func whatABinaryDiesOfIsLeftOut(qemu: QEMUUnderTest) async throws {
    let capabilities = try await KnownCapabilities.of(qemu)
    #expect(capabilities.machine("microvm") != nil)
    #expect(capabilities.machine("microvm")?.properties == nil)
    let silent = capabilities.devices.filter { $0.value.properties == nil }
    #expect(silent.count <= 4)
    let findings = try QEMUConfiguration(arguments: ["-machine", "microvm,what=ever"]).findings(
      for: capabilities)
    #expect(findings == [])
  }

  @Test(arguments: QEMUMatrix.all)
  func whatIsKeptIsWhatWasAsked(qemu: QEMUUnderTest) async throws {
    let capabilities = try await KnownCapabilities.of(qemu)
    #expect(BinaryCapabilities(json: .object(capabilities.json)) == capabilities)
    try await withCommand { command in
      let path = qemu.path
      let first = try await command.run(["capabilities", path, "--format", "json"])
      #expect(first.status == 0, "\(first.errors)")
      let again = try await command.run(["capabilities", path, "--format", "json"])
      #expect(again.output == first.output)
      #expect(again.duration < first.duration)
    }
  }

  @Test func whatIsKeptIsNotBelievedOfAnotherFile() async throws {
    let qemu = try #require(QEMUMatrix.any.first)
    let directory = FileManager.default.temporaryDirectory.appending(path: "kept-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let state = StateDirectory(path: directory.path)
    let file = directory.appending(
      path: "capabilities-\(try #require(qemu.path.split(separator: "/").last)).json")
    try Data("{\"binary\": \"another\", \"capabilities\": {}}".utf8).write(to: file)
    let capabilities = try await QEMUBinary(finding: qemu.path).capabilities(cachedIn: state)
    #expect(capabilities.accelerators["tcg"] != nil)
    try Data("garbage".utf8).write(to: file)
    #expect(try await QEMUBinary(finding: qemu.path).capabilities(cachedIn: state) == capabilities)
  }

  @Test(arguments: QEMUMatrix.x86)
  func theCommandSaysWhatIsRefusedAndWhatIsMeant(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let check = try await command.run(
        [
          "check", "--qemu", qemu.path, "--format", "json", "--", "-machine", "q35", "-device",
          "virtio-nett-pci,id=n",
        ])
      #expect(check.status == 65, "\(check.errors)")
      let finding = try #require(try check.json["findings"]?.arrayValue?.first)
      #expect(finding["option"] == "device")
      #expect(finding["property"] == "driver")
      #expect(finding["remedy"]?.stringValue?.contains("\"virtio-net-pci\"") == true)
      #expect(try check.json["accepted"] == false)
    }
  }

  @Test(arguments: QEMUMatrix.x86)
  func aDryRunStartsFrozenAndLeavesNothing(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let good = try await command.run(
        ["check", "--qemu", qemu.path, "--dry-run-start", "--", "-machine", "none", "-display", "none"])
      #expect(good.status == 0, "\(good.errors)")
      #expect(good.output.contains("starts with this"))
      #expect(good.errors.contains("paused"))
      let missing = try await command.run(
        [
          "check", "--qemu", qemu.path, "--dry-run-start", "--", "-display", "none", "-drive",
          "file=/nowhere.img",
        ])
      #expect(missing.status == 1)
      #expect(missing.errors.contains("/nowhere.img"))
      #expect(try await command.run(["list"]).output.contains("check-") == false)
    }
  }

  @Test func aProgramThatIsNotQEMUIsNotAsked() async throws {
    try await withCommand { command in
      let result = try await command.run(["capabilities", "/bin/true"])
      #expect(result.status == 69)
      #expect(result.errors.contains("is not a QEMU"))
    }
  }

  @Test func whatIsListedCanBeLookedUp() async throws {
    let qemu = try #require(QEMUMatrix.any.first)
    try await withCommand { command in
      let devices = try await command.run(["capabilities", qemu.path, "--list", "devices"])
      #expect(devices.output.contains("\nvirtio-net-pci  (virtio-net) on PCI\n"))
      let properties = try await command.run(["capabilities", qemu.path, "--properties", "virtio-net-pci"])
      #expect(properties.output.contains("mac "))
      let nothing = try await command.run(["capabilities", qemu.path, "--properties", "nothing"])
      #expect(nothing.status == 64)
    }
  }
}
