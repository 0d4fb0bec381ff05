import LinuxSystem
import QEMUDiagnosis
import QEMULifecycle
import Testing

/// Tests of the explanations of QEMU's warnings.
@Suite struct DiagnosisWarningTests {
  @Test(arguments: RecordedStart.starts)
  func aStartTellsItsWarnings(_ recorded: RecordedStart) {
    let warnings = StartWarning.all(in: recorded.standardError, command: ["qemu"] + recorded.arguments)
    #expect(warnings.compactMap(\.rule) == recorded.warnings)
    #expect(warnings.count == recorded.warnings.count)
    for warning in warnings {
      #expect(!warning.meaning.contains("{") && !warning.remedy.contains("{"))
      #expect(!warning.message.isEmpty && !warning.meaning.isEmpty && !warning.remedy.isEmpty)
    }
  }

  static let single: [(words: String, rule: String?, kind: StartWarning.Kind, meaning: String)] = [
    (
      "qemu-system-x86_64: warning: This family of AMD CPU doesn't support hyperthreading(2). Please configure",
      "cpu-topology-unsupported", .differs, "topology"
    ),
    (
      "qemu-system-x86_64: warning: Host physical bits (46) does not match phys-bits property (40)",
      "phys-bits-differ", .differs, "40 bits of physical addresses, but the host has 46"
    ),
    (
      "qemu-system-x86_64: -netdev tap,id=n: warning: tap: open vhost char device failed: Permission denied",
      "vhost-not-used", .differs, "Permission denied"
    ),
    (
      "qemu-system-x86_64: warning: 9p: degraded performance: msize", "shared-directory-slow", .differs,
      "msize"
    ),
    ("qemu-system-x86_64: warning: global x.y=z not used", "global-not-used", .differs, "x.y=z"),
    (
      "qemu-system-x86_64: warning: CPU model Foo-x86_64-cpu is deprecated -- use Bar", "cpu-deprecated",
      .deprecated, "Foo"
    ),
    (
      "qemu-system-x86_64: -mon chardev=qmp,mode=control: warning: '-mon' is deprecated, use '-object' with "
        + "'monitor-hmp' or 'monitor-qmp' types instead", "monitor-option-deprecated", .deprecated, "-mon"
    ),
    (
      "qemu-system-x86_64: warning: num_queues is deprecated; please use x", "deprecated", .deprecated, "num_"
    ),
    ("qemu-system-x86_64: warning: the moon is full", nil, .other, "the moon is full"),
    (
      "qemu-system-x86_64: -accel kvm: Could not access KVM kernel module: No such file or directory\n"
        + "qemu-system-x86_64: -accel kvm: failed to initialize kvm: No such file or directory\n"
        + "qemu-system-x86_64: falling back to tcg", "kvm-missing", .fellBack, "QEMU uses the accelerator tcg"
    ),
    (
      "qemu-system-x86_64: -accel kvm,device=/dev/null: kvm version too old\n"
        + "qemu-system-x86_64: -accel kvm,device=/dev/null: failed to initialize kvm: Inappropriate ioctl\n"
        + "qemu-system-x86_64: falling back to tcg", "kvm-not-kvm", .fellBack, "is not the kernel's KVM"
    ),
    (
      "qemu-system-x86_64: -accel kvm: ioctl(KVM_CREATE_VM) failed: Device or resource busy\n"
        + "qemu-system-x86_64: -accel kvm: failed to initialize kvm: Device or resource busy\n"
        + "qemu-system-x86_64: falling back to tcg", "kvm-machine-refused", .fellBack,
      "QEMU uses the accelerator tcg"
    ),
    (
      "qemu-system-x86_64: -accel kvm: warning: Number of hotpluggable cpus requested (4) exceeds the "
        + "recommended cpus supported by KVM (2)", "cpu-limit-over-recommendation", .differs,
      "may have 4 processors"
    ),
    (
      "qemu-system-x86_64: -accel mshv: Failed to open /dev/mshv: No such file or directory\n"
        + "qemu-system-x86_64: -accel mshv: failed to initialize mshv: Operation not permitted\n"
        + "qemu-system-x86_64: falling back to tcg", "accelerator-fell-back", .fellBack, "/dev/mshv"
    ),
  ]

  static let groups: [(group: String?, advice: String)] = [
    ("kvm", "usermod -aG kvm USER"), ("virt", "usermod -aG virt USER"), (nil, "only its owner may"),
  ]

  @Test(arguments: groups)
  func aDeviceIsOpenedByTheGroupThatItHas(_ row: (group: String?, advice: String)) throws {
    let words = "qemu: -accel kvm: Could not access KVM kernel module: Permission denied\n"
    let access = KVMDeviceAccess(group: row.group)
    let failure = Diagnosis(
      end: .exited(code: 1), standardError: words, command: ["qemu", "-accel", "kvm"], access: access)
    let fallback = try #require(
      StartWarning.all(in: words + "qemu: falling back to tcg\n", access: access).first)
    for remedy in [failure.remedy, fallback.remedy] {
      #expect(remedy.contains(row.advice) && remedy.contains("never chmod 666"))
      #expect(row.group != nil || !remedy.contains("usermod"))
    }
  }

  @Test(arguments: single)
  func aWarningIsTold(_ row: (words: String, rule: String?, kind: StartWarning.Kind, meaning: String)) throws
  {
    let warnings = StartWarning.all(in: row.words)
    let warning = try #require(warnings.first)
    #expect(warnings.count == 1)
    #expect(warning.rule == row.rule && warning.kind == row.kind)
    #expect(warning.message == row.words)
    #expect(warning.meaning.contains(row.meaning))
  }

  @Test func manyFeaturesAreOneWarning() throws {
    let lines = ["CPUID.01H:ECX.pcid [bit 17]", "CPUID[eax=07h,ecx=00h].EBX.hle [bit 4]"].map {
      "qemu-system-x86_64: warning: TCG doesn't support requested feature: \($0)"
    }
    let warnings = StartWarning.all(in: lines.joined(separator: "\n"))
    let warning = try #require(warnings.first)
    #expect(warnings.count == 1)
    #expect(warning.meaning.hasSuffix(": pcid, hle"))
    #expect(warning.message == lines.joined(separator: "\n"))
  }

  @Test func aSilentStartHasNoWarnings() {
    #expect(StartWarning.all(in: "").isEmpty)
    #expect(StartWarning.all(in: "qemu-system-x86_64: info: something").isEmpty)
  }
}
