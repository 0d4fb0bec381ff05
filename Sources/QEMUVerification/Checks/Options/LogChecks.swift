import QEMUCommandLine

/// The bits of the items of `-d`.
private let logItems: [String: UInt32] = [
  "out_asm": 1, "in_asm": 1 << 1, "op": 1 << 2, "op_opt": 1 << 3, "int": 1 << 4, "exec": 1 << 5,
  "pcall": 1 << 6,
  "cpu": 1 << 8, "cpu_reset": 1 << 9, "unimp": 1 << 10, "guest_errors": 1 << 11, "mmu": 1 << 12,
  "nochain": 1 << 13, "page": 1 << 14, "op_ind": 1 << 16, "fpu": 1 << 17, "plugin": 1 << 18,
  "strace": 1 << 19,
  "tid": 1 << 20, "vpu": 1 << 21, "op_plugin": 1 << 22, "invalid_mem": 1 << 23,
]
/// The bit that QEMU sets if trace events are logged, regardless of `-d`.
private let traceLog: UInt32 = 1 << 15

/// Checks `-d`.
func checkLogItems(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let variable = GlobalVariable("qemu_loglevel")
  guard let text = try reader.global(variable) else { return .unobservable(reader.absence(of: variable)) }
  let items = wanted.split(separator: ",").map(String.init)
  guard let bytes = Hexadecimal.bytes(text), bytes.count == 4,
    items.allSatisfy({ logItems[$0] != nil || $0.hasPrefix("trace:") })
  else { return .unobservable("this library does not know the bits of all these items") }
  let live = UInt32(truncatingIfNeeded: littleEndian(bytes[...])) & ~traceLog
  let meant = items.reduce(0) { $0 | (logItems[$1] ?? 0) }
  let names = logItems.filter { live & $0.value != 0 }.keys.sorted()
  return .compare(
    live == meant, observed: names.isEmpty ? "none" : names.joined(separator: ","),
    [Evidence(variable, text)], else: Remedy(.live, "set it with the HMP command log \(wanted)"))
}
