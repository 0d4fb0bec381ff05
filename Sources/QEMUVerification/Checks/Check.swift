import QEMUCommandLine

/// The check of one property, which reads its evidence and judges it.
///
/// It gets the requested value as text. If evidence is missing, it is fetched, and the check runs again.
typealias Check =
  @Sendable (_ wanted: String, _ subject: Subject, _ reader: inout EvidenceReader) throws(EvidenceMissing)
  -> Judgement

/// The parts of the request that a check may need besides its own property.
struct Subject: Sendable {
  let configuration: QEMUConfiguration
  /// The name of the accelerator that runs the guest; nil if it is unknown.
  let liveAccelerator: String?
  /// The devices without an id in the order in which QEMU creates them, each as its index among all `-device`; nil for
  /// a device of another option.
  var anonymousDevices: [Int?] = []
  /// The names of drives in QEMU's list, by the position of their options.
  var driveNames: [String?] = []
  /// The names that the request gives block nodes.
  var nodeNames: Set<String> = []
}

/// One property of the request, and its check.
struct RequestedProperty: Sendable {
  let option: String
  let instance: String
  let property: String
  let wanted: String
  let check: Check
  /// A Boolean value that indicates whether its value is redacted.
  var isSecret = false
}

/// Returns the check of a property that nothing shows.
/// - Parameter reason: the reason why nothing shows it, and what would.
func unobservable(_ reason: String) -> Check {
  { _, _, _ in .unobservable(reason) }
}
