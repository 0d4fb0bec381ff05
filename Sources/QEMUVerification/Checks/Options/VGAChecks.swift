import QEMUCommandLine
import QEMUJSON

/// The types of a board's display adapters, by the value of `-vga`.
private let displayAdapters: [String: [String]] = [
  "std": ["VGA", "isa-vga"], "cirrus": ["cirrus-vga", "isa-cirrus-vga"], "vmware": ["vmware-svga"],
  "qxl": ["qxl-vga"], "virtio": ["virtio-vga", "virtio-vga-gl"], "tcx": ["sun-tcx"], "cg3": ["cgthree"],
]

/// Checks `-vga` by the display adapter among the devices of the board.
func checkDisplayAdapter(
  _ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader
) throws(EvidenceMissing) -> Judgement {
  let known = Set(displayAdapters.values.joined())
  let directory = "/machine/unattached"
  let live = try childTypes(of: directory, &reader).map(\.type).filter(known.contains)
  let shown = live.isEmpty ? "none" : live.joined(separator: ", ")
  let evidence = Evidence(.children(of: directory), shown)
  guard wanted == "none" || displayAdapters[wanted] != nil else {
    return .unobservable("this library does not know the type of device that it creates", [evidence])
  }
  let isSame =
    wanted == "none" ? live.isEmpty : live.contains { displayAdapters[wanted]?.contains($0) ?? false }
  return .compare(
    isSame, observed: shown, [evidence], else: Remedy(.restart, "restart with -vga \(wanted)"))
}
