import Foundation
import QEMU
import Testing

/// Tests that properties of kvm are confirmed by the kernel and by QEMU's memory.
@Suite(
  .serialized,
  .enabled(if: KVMGuest.absence == nil, "no guest runs under kvm here: \(KVMGuest.absence ?? "")"))
struct KVMVerificationTests {
  @Test(arguments: KVMGuest.qemus, ["pc", "q35", "microvm", "isapc"])
  func aGuestRunsAndItsPropertiesAreConfirmed(qemu: QEMUUnderTest, machine: String) async throws {
    try await withDirectory { directory in
      let guest = try KVMGuest.arguments(in: directory)
      let serial = try KVMGuest.serial(in: directory)
      let accelerator = "kvm,kernel-irqchip=on,kvm-shadow-mem=4194304,dirty-ring-size=1024"
      try await withMachine(on: qemu, ["-accel", accelerator, "-machine", machine] + guest) { machine in
        let report = try await machine.verify().report
        #expect(report.accelerator.live == "kvm")
        let findings = report.findings.filter { $0.option == "accel" }
        #expect(findings.map(\.verdict) == [.confirmed, .confirmed, .confirmed], "\(findings)")
        #expect(try await !machine.isTracing("kvm_vm_ioctl"))
        try await machine.resume()
        var text = ""
        while text.count < 10 { text += String(decoding: serial.availableData, as: UTF8.self) }
        #expect(text == "0123456789")
        let again = try await machine.verify(deep: true).report.findings.filter { $0.option == "accel" }
        #expect(again.map(\.verdict) == [.confirmed, .confirmed, .confirmed], "\(again)")
      }
    }
  }

  static let held: [(property: String, value: String, others: [String])] = [
    ("kvm-shadow-mem", "4194304", ["8388608", "-1"]), ("dirty-ring-size", "2048", ["1024", "0"]),
    ("notify-vmexit", "internal-error", ["disable"]), ("notify-window", "77", ["5"]),
    ("xen-gnttab-max-frames", "300", ["44"]), ("xen-evtchn-max-pirq", "513", ["1"]),
    ("honor-guest-pat", "off", ["auto"]), ("device", "/dev/kvm", ["/dev/null"]),
  ]

  /// An old QEMU lacks some of them.
  @Test(arguments: KVMGuest.qemus, held)
  func whatQEMUHoldsIsReadInItsMemory(
    qemu: QEMUUnderTest, row: (property: String, value: String, others: [String])
  ) async throws {
    guard qemu.hasKVMProperty(row.property) else { return }
    try await withMachine(on: qemu, ["-accel", "kvm,\(row.property)=\(row.value)", "-machine", "none"]) {
      machine in
      let finding = try await machine.verify(deep: true).report.finding("accel.\(row.property)")
      #expect([.confirmed, .unobservable].contains(finding.verdict), "\(finding)")
      #expect(finding.verdict == .confirmed || finding.reason?.contains("no effect") == true)
      for other in row.others {
        let wanted = try QEMUConfiguration(arguments: ["-accel", "kvm,\(row.property)=\(other)"])
        let drift = try await machine.verify(against: wanted, deep: true).report.finding(
          "accel.\(row.property)")
        #expect(drift.verdict == .drifted, "\(drift)")
      }
    }
  }

  @Test(arguments: KVMGuest.qemus)
  func whereTheInterruptControllersAreIsReadWhereNoObjectShowsIt(qemu: QEMUUnderTest) async throws {
    for machine in [["none"], ["isapc", "-cpu", "qemu64,-apic"], ["pc", "-cpu", "qemu64,-apic"]] {
      for (value, other) in [("on", "split"), ("split", "off"), ("off", "split")] {
        let arguments = ["-accel", "kvm,kernel-irqchip=\(value)", "-machine"] + machine
        try await withMachine(on: qemu, arguments) { machine in
          let shallow = try await machine.verify().report.finding("accel.kernel-irqchip")
          #expect(shallow.verdict != .drifted, "\(arguments): \(shallow)")
          let finding = try await machine.verify(deep: true).report.finding("accel.kernel-irqchip")
          #expect(finding.verdict == .confirmed, "\(arguments): \(finding)")
          let wanted = try QEMUConfiguration(arguments: ["-accel", "kvm,kernel-irqchip=\(other)"])
          let drift = try await machine.verify(against: wanted, deep: true).report.finding(
            "accel.kernel-irqchip")
          #expect(drift.verdict == .drifted, "\(drift)")
        }
      }
    }
  }

  @Test(arguments: KVMGuest.qemus)
  func aShadowMMUThatIsTooBigDriftsAndOneOfTwoLoses(qemu: QEMUUnderTest) async throws {
    for size in ["6442450944", "2147483648", "4299161600"] {
      let finding = try await report(on: qemu, ["-accel", "kvm,kvm-shadow-mem=\(size)", "-machine", "none"])
        .finding("accel.kvm-shadow-mem")
      #expect(finding.verdict == .drifted && finding.remedy?.kind == .impossible, "\(finding)")
    }
    let report = try await report(
      on: qemu, ["-machine", "q35,kvm-shadow-mem=4194304", "-accel", "kvm,kvm-shadow-mem=8388608"])
    #expect(try report.finding("machine.kvm-shadow-mem").verdict == .drifted)
    #expect(try report.finding("accel.kvm-shadow-mem").verdict == .confirmed)
  }

  @Test(arguments: KVMGuest.qemus)
  func aLogOfTheUsersOwnIsLeftAlone(qemu: QEMUUnderTest) async throws {
    try await withDirectory { directory in
      let arguments = ["-accel", "kvm,kvm-shadow-mem=4194304", "-machine", "none", "-D", "\(directory)/log"]
      try await withMachine(on: qemu, arguments) { machine in
        let finding = try await machine.verify().report.finding("accel.kvm-shadow-mem")
        #expect(finding.verdict == .unobservable && finding.reason?.contains("--deep") == true, "\(finding)")
        #expect(
          try await machine.verify(deep: true).report.finding("accel.kvm-shadow-mem").verdict == .confirmed)
      }
      // A trace of the user's own shows it as well as ours.
      try await withMachine(on: qemu, arguments + ["-trace", "kvm_vm_ioctl"]) { machine in
        let report = try await machine.verify().report
        #expect(try report.finding("accel.kvm-shadow-mem").verdict == .confirmed)
        #expect(try await machine.isTracing("kvm_vm_ioctl"), "what the user traces goes on")
      }
    }
  }

  @Test(arguments: KVMGuest.qemus.filter(\.hasOneInsnPerTB))
  func aDeviceIsProvedByALinkAndByADescriptorSet(qemu: QEMUUnderTest) async throws {
    try await withDirectory { directory in
      try FileManager.default.createSymbolicLink(atPath: "\(directory)/link", withDestinationPath: "/dev/kvm")
      let arguments = ["-accel", "kvm,device=\(directory)/link", "-machine", "none"]
      try await withMachine(on: qemu, arguments) { machine in
        let finding = try await machine.verify().report.finding("accel.device")
        #expect(finding.verdict == .confirmed && finding.observed == "/dev/kvm", "\(finding)")
        #expect(
          try await machine.inspectAccelerator().properties.first { $0.name == "device" }?.observed
            == "/dev/kvm")
        try FileManager.default.removeItem(atPath: "\(directory)/link")
        #expect(try await machine.verify().report.finding("accel.device").verdict == .unobservable)
        #expect(try await machine.verify(deep: true).report.finding("accel.device").verdict == .confirmed)
      }
    }
  }

  @Test(arguments: KVMGuest.qemus)
  func aFeatureThatTheKernelLacksIsNotConfirmed(qemu: QEMUUnderTest) async throws {
    var features = [
      "hv-relaxed": "44", "hv-frequencies": "44", "hv-spinlocks": "44", "pmu": "212", "xen-vapic": "38",
    ]
    if !qemu.hasKVMProperty("xen-gnttab-max-frames") { features["xen-vapic"] = nil }
    let words = features.keys.sorted().map { "\($0)=\($0 == "hv-spinlocks" ? "0x1fff" : "on")" }
    let arguments = ["-accel", "kvm", "-machine", "pc", "-cpu", "qemu64,\(words.joined(separator: ","))"]
    try await withMachine(on: qemu, arguments) { machine in
      let (report, observation) = try await machine.verify()
      guard case .text(let extensions)? = observation.host[.kvmExtensions] else { return }
      for (feature, capability) in features {
        let isAbsent = extensions.split(separator: "\n").contains("\(capability) 0")
        let finding = try report.finding("cpu.\(feature)")
        #expect(finding.verdict == .drifted || !isAbsent, "\(finding)")
      }
      #expect(report.verdict == .drifted || !extensions.contains("44 0"))
    }
  }
}

/// A directory of a test's own, removed with all that is in it.
private func withDirectory(_ body: (String) async throws -> Void) async throws {
  let directory = FileManager.default.temporaryDirectory.appending(path: "kvm-\(UUID().uuidString.prefix(8))")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  try await body(directory.path(percentEncoded: false))
}

extension QEMUUnderTest {
  /// Returns whether this QEMU has a property of kvm.
  fileprivate func hasKVMProperty(_ name: String) -> Bool {
    switch name {
    case "honor-guest-pat": !version.hasPrefix("7.") && !version.hasPrefix("10.")
    case "device", "xen-gnttab-max-frames", "xen-evtchn-max-pirq": !version.hasPrefix("7.")
    default: true
    }
  }
}

extension VirtualMachine {
  /// Returns whether QEMU traces an event.
  fileprivate func isTracing(_ event: String) async throws -> Bool {
    let states = try await execute("trace-event-get-state", ["name": .string(event)])
    return states.arrayValue?.contains { $0["state"] == "enabled" } ?? false
  }
}
