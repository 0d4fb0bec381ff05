import QEMUCommandLine

/// The checks of the properties of `-accel kvm`, or the reasons why they are unobservable.
let kvmChecks: [String: Check] = [
  "kernel-irqchip": checkKernelIRQChip,
  "dirty-ring-size": checkDirtyRingSize,
  "device": checkKVMDevice,
  "notify-vmexit": checkNotify(storedByKVM("notify-vmexit", words: ["run", "internal-error", "disable"])),
  "notify-window": checkNotify(storedByKVM("notify-window", bytes: 4)),
  "kvm-shadow-mem": checkKVMShadowMemory,
  "eager-split-size": unobservable(
    "the chunk size is passed to the kernel, and nothing shows it afterwards; a trace of the ioctl would"),
  "rapl": unobservable("only the guest sees the emulated counters, in the registers of its CPU"),
  "rapl-helper-socket": unobservable(
    "QEMU opens the socket when the guest first reads a counter; the property is write-only"),
  // QEMU refuses to start if the kernel does not support the value, so a stored value is in effect.
  "xen-version": storedByKVM("xen-version", bytes: 4),
  "xen-gnttab-max-frames": checkXenLimit(storedByKVM("xen-gnttab-max-frames", bytes: 2)),
  "xen-evtchn-max-pirq": checkXenLimit(storedByKVM("xen-evtchn-max-pirq", bytes: 2)),
  "riscv-aia": unobservable(
    "the mode is passed to the kernel's interrupt controller, and nothing shows it afterwards"),
  "honor-guest-pat": storedByKVM("honor-guest-pat", words: ["auto", "on", "off"]),
]

/// The exported variable that points to QEMU's state of its KVM virtual machine.
private let kvmState = "kvm_state"

/// Returns the check of an enumeration that QEMU stores as a number.
private func storedByKVM(_ property: String, words: [String]) -> Check {
  storedCheck(.words(property, words, .property(of: kvmState)))
}

/// Returns the check of a property that QEMU stores as a number.
/// - Parameter bytes: the size of the number, in bytes.
private func storedByKVM(_ property: String, bytes: Int) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    let stored = StoredValue(symbol: property, form: .property(of: kvmState), sizes: [bytes]) {
      String(littleEndian($0[...]))
    }
    return try storedCheck(stored, meaning: UInt64(propertyText: wanted).map { String($0) })(
      wanted, subject, &reader)
  }
}

/// Checks the size of the dirty ring. Each virtual CPU's ring is mapped from its descriptor after the pages of its
/// state, with 16 bytes per entry.
private func checkDirtyRingSize(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let maps = try reader.text(.maps) else {
    return .unobservable("the memory map of QEMU cannot be read: \(reader.absence(of: .maps))")
  }
  let areas = maps.lines.map(MemoryArea.init).filter {
    $0.name.hasPrefix("anon_inode:kvm-vcpu")
  }
  // A machine without a CPU has no ring, but QEMU stores the size.
  guard !areas.isEmpty else { return try storedByKVM("dirty-ring-size", bytes: 4)(wanted, subject, &reader) }
  let ring = areas.first { $0.offset == 64 * UInt64(reader.observation.hostPageSize) }
  let entries = (ring?.size ?? 0) / 16
  return .compare(
    PowerOfTwoCount(propertyText: wanted).map { UInt64($0.count) } == entries, observed: String(entries),
    [Evidence(.maps, ring?.line ?? "no mapping of a ring")],
    else: Remedy(.restart, "restart with dirty-ring-size=\(wanted)"))
}

/// Returns the check of a setting that has no effect without the kernel's capability.
private func checkNotify(_ held: @escaping Check) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    guard let capability = try KVMCapability.notifyVMExit.read(&reader) else {
      return .unobservable("the host's KVM cannot be queried: \(reader.absence(of: .kvmExtensions))")
    }
    if capability.answer == 0 {
      return inert(
        "this host's KVM lacks \(KVMCapability.notifyVMExit.name)",
        [capability.evidence], try? held(wanted, subject, &reader))
    }
    var judgement = try held(wanted, subject, &reader)
    judgement.evidence.append(capability.evidence)
    return judgement
  }
}

/// Returns the check of a limit of Xen's interfaces, which QEMU offers only with `xen-version=`.
private func checkXenLimit(_ held: @escaping Check) -> Check {
  { (wanted, subject, reader) throws(EvidenceMissing) in
    let version = GlobalVariable("xen-version", .property(of: kvmState))
    let judgement = try held(wanted, subject, &reader)
    guard let shown = try reader.global(version), !shown.contains(where: { $0 != "0" }) else {
      return judgement
    }
    return inert(
      "QEMU does not offer Xen's interfaces without xen-version=",
      [Evidence(version, shown)], judgement)
  }
}

/// Judges a setting that has no effect. The value that QEMU stores may still differ from the request.
private func inert(_ reason: String, _ evidence: [Evidence], _ held: Judgement?) -> Judgement {
  if let held, held.verdict == .drifted { return held }
  return .unobservable("it has no effect: \(reason)", evidence + (held?.evidence ?? []))
}
