import QEMUCommandLine

/// Checks `kvm-shadow-mem`. QEMU stores the size in 32 bits and passes it to the kernel in pages, which its trace
/// shows.
func checkKVMShadowMemory(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let bytes = Int64(propertyText: wanted)
  if let calls = try reader.text(.kvmCalls) {
    let call = calls.lines.first { $0.contains("type \(setShadowPages),") }
    let pages = call.flatMap(argument)
    // With a size of -1 QEMU passes nothing to the kernel.
    let meant = bytes == -1 ? nil : bytes.map { UInt64(bitPattern: $0 / pageSize) }
    let observed = pages.map { shown(pages: $0) } ?? "-1"
    return .compare(
      bytes != nil && meant == pages, observed: observed,
      [Evidence(.kvmCalls, call.map(String.init) ?? "no call of type \(setShadowPages)")],
      reason: remark(bytes), else: remedy(wanted, bytes))
  }
  let variable = GlobalVariable("kvm-shadow-mem", .property(of: "kvm_state"))
  guard let text = try reader.global(variable) else {
    return .unobservable("\(reader.absence(of: .kvmCalls)); \(reader.absence(of: variable))")
  }
  guard let held = Hexadecimal.bytes(text), held.count == 4 else {
    return .unobservable("kvm-shadow-mem has an unknown form in memory", [Evidence(variable, text)])
  }
  let value = Int64(Int32(truncatingIfNeeded: littleEndian(held[...])))
  return .compare(
    bytes == value, observed: String(value), [Evidence(variable, "\(text), which is \(value)")],
    reason: remark(bytes), else: remedy(wanted, bytes))
}

/// The number of the kernel's KVM_SET_NR_MMU_PAGES.
private let setShadowPages = "0xae44"
private let pageSize: Int64 = 4096

private func argument(_ call: Substring) -> UInt64? {
  guard let place = call.firstRange(of: "arg 0x") else { return nil }
  return UInt64(call[place.upperBound...].prefix { $0.isHexDigit }, radix: 16)
}

/// Returns the size of a number of pages in bytes; in pages if it exceeds a signed 32-bit number.
private func shown(pages: UInt64) -> String {
  let (bytes, isTooBig) = pages.multipliedReportingOverflow(by: UInt64(pageSize))
  return isTooBig || bytes > Int32.max ? "0x\(String(pages, radix: 16)) pages" : String(bytes)
}

private func remark(_ bytes: Int64?) -> String? {
  guard let bytes, Int32(exactly: bytes) == nil else { return nil }
  return "QEMU stores kvm-shadow-mem in 32 bits, and \(bytes) does not fit"
}

private func remedy(_ wanted: String, _ bytes: Int64?) -> Remedy {
  remark(bytes) == nil
    ? Remedy(
      .restart,
      "restart with kvm-shadow-mem=\(wanted), and remove any other kvm-shadow-mem= from -machine and -accel")
    : Remedy(.impossible, "specify 2147483647 bytes or less")
}
