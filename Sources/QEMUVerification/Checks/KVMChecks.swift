import QEMUCommandLine

/// How each property of `-accel kvm` is proved, or why it cannot be.
let kvmChecks: [String: Check] = [
  "kernel-irqchip": checkKernelIRQChip,
  "dirty-ring-size": checkDirtyRingSize,
  "device": checkDevice,
  "notify-vmexit": checkNotify,
  "notify-window": checkNotify,
  "kvm-shadow-mem": unobservable(
    "QEMU passes the size to the kernel, and neither of them shows it again; -trace kvm_vm_ioctl -D FILE would show the call"
  ),
  "eager-split-size": unobservable(
    "the chunk size is passed to the kernel, and nothing shows it again; a trace of the ioctl would"),
  "rapl": unobservable("the emulated counters show only inside the guest, in the registers of its CPU"),
  "rapl-helper-socket": unobservable(
    "QEMU opens the socket when the guest first reads a counter; the property can be written and not read"),
  "xen-version": unobservable("the version shows only inside the guest, in CPUID leaf 0x40000001"),
  "xen-gnttab-max-frames": unobservable("the limit shows only to a guest that asks Xen's hypercall for it"),
  "xen-evtchn-max-pirq": unobservable("the limit shows only to a guest that reaches it"),
  "riscv-aia": unobservable(
    "the mode is passed to the kernel's interrupt controller, and nothing shows it again"),
  "honor-guest-pat": unobservable("the kernel's quirk is switched once, and nothing shows it again"),
]

/// The ring of each virtual CPU is mapped from its descriptor, 16 bytes an entry, behind the pages of its state.
private func checkDirtyRingSize(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  guard let maps = try reader.text(.maps) else {
    return .unobservable("the memory map of QEMU cannot be read: \(reader.absence(of: .maps))")
  }
  let areas = maps.lines.map(MemoryArea.init).filter {
    $0.name.hasPrefix("anon_inode:kvm-vcpu")
  }
  guard !areas.isEmpty else { return .unobservable("QEMU has no virtual CPU of KVM mapped") }
  let ring = areas.first { $0.offset == 64 * UInt64(reader.observation.hostPageSize) }
  let entries = (ring?.size ?? 0) / 16
  return .compare(
    PowerOfTwoCount(propertyText: wanted).map { UInt64($0.count) } == entries, observed: String(entries),
    [Evidence(.maps, ring?.line ?? "no mapping of a ring")],
    else: Remedy(.restart, "start again with dirty-ring-size=\(wanted)"))
}

/// QEMU keeps the device open: the kernel says what that descriptor is open on.
private func checkDevice(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  if wanted.hasPrefix("/dev/fdset/") {
    return .unobservable("a descriptor of a set shows what it is open on, and not by which set it came")
  }
  guard let descriptors = try reader.text(.descriptors) else {
    return .unobservable("the descriptors of QEMU cannot be read: \(reader.absence(of: .descriptors))")
  }
  let open = descriptors.lines.map { $0.split(separator: " ", maxSplits: 2) }.filter {
    $0.count == 3
  }
  // The number of the KVM device is the same by whatever path it was opened.
  guard let kvm = open.first(where: { $0[1] == "10:232" }) else {
    return .unobservable("no descriptor of QEMU is open on a KVM device")
  }
  let evidence = Evidence(.descriptors, kvm.joined(separator: " "))
  // A QEMU in a root folder of its own shows the path from outside.
  let isSame = kvm[2] == wanted || (wanted.hasPrefix("/") && kvm[2].hasSuffix(wanted))
  guard isSame else {
    return .unobservable(
      "QEMU has the KVM device open as \(kvm[2]); it is the same device if \(wanted) is a link to it, which `readlink -f` tells",
      [evidence])
  }
  return .compare(
    true, observed: wanted, [evidence], else: Remedy(.restart, "start again with device=\(wanted)"))
}

/// The kernel's capability, without which QEMU takes every value and does the same.
private let notifyCapability = 219

private func checkNotify(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let answers = try reader.text(.kvmExtensions) ?? ""
  let line = answers.lines.first { $0.hasPrefix("\(notifyCapability) ") }
  guard let line else { return .unobservable("QEMU holds the setting and shows it nowhere") }
  let evidence = Evidence(.kvmExtensions, "KVM_CAP_X86_NOTIFY_VMEXIT \(line)")
  if line == "\(notifyCapability) 0" {
    return .unobservable(
      "it is inert: this host's KVM lacks KVM_CAP_X86_NOTIFY_VMEXIT, so every value does the same", [evidence]
    )
  }
  return .unobservable("the host has the capability, and QEMU shows nowhere how it uses it", [evidence])
}
