import QEMUCommandLine

/// The check of one property: reads the evidence that it needs, and judges it.
///
/// It is given what was asked for as text. What it reads and does not find is asked for, and it runs again.
typealias Check =
  @Sendable (_ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader) throws(EvidenceMissing)
  -> Judgement

/// The parts of the request that a check may need besides its own property.
struct Subject: Sendable {
  let configuration: QEMUConfiguration
  /// The accelerator that runs the guest, by name; nil where it cannot be told.
  let liveAccelerator: String?
  /// The devices without an id as QEMU makes them, each by its number among all `-device`; nil for one that another option makes.
  var anonymousDevices: [Int?] = []
  /// The names that QEMU lists drives under, by the place of their options.
  var driveNames: [String?] = []
  /// The names that the request gives block nodes.
  var nodeNames: Set<String> = []
}

/// One property that the request names, and how it is proved.
struct RequestedProperty: Sendable {
  let option: String
  let instance: String
  let property: String
  let wanted: String
  let check: Check
  /// Its value is not told.
  var isSecret = false
}

/// A check for what nothing shows: says why, and what would.
func unobservable(_ reason: String) -> Check {
  { _, _, _ in .unobservable(reason) }
}
