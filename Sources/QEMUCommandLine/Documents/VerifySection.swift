import QEMUJSON

/// The action on a virtual machine that drifted at its start.
public enum DriftPolicy: String, Sendable, Hashable, CaseIterable {
  /// QEMU is ended without resuming the guest.
  case enforce
  /// The guest is resumed.
  case warn
}

/// The section of a configuration that specifies how a start is judged.
public struct VerifySection: Sendable, Hashable {
  /// The action on a drift; nil if it is not given.
  public var policy: DriftPolicy?
  /// The findings that are waived, `OPTION` or `OPTION.PROPERTY`.
  public var accepted: [String] = []
}

extension ConfigurationDocument {
  /// Returns the section `verify`; nil if there is none.
  /// - Throws: ``CommandLineError`` `malformedDocument` with the place if it has an unknown key, or a value that its
  ///   key cannot have.
  public func verification() throws(CommandLineError) -> VerifySection? {
    guard let section = root[Section.verify.rawValue] else { return nil }
    let word = section["policy"]?.stringValue
    let accepted = section["accept"]?.arrayValue ?? []
    guard let names = section.objectValue?.names, Set(names).isSubset(of: ["policy", "accept"]),
      section["policy"] == nil || word.flatMap(DriftPolicy.init) != nil,
      section["accept"] == nil || section["accept"]?.arrayValue != nil,
      accepted.allSatisfy({ $0.stringValue != nil })
    else {
      throw Self.malformed(
        "verify must be {policy: enforce or warn, accept: [OPTION.PROPERTY, …]}",
        places[Section.verify.rawValue])
    }
    return VerifySection(
      policy: word.flatMap(DriftPolicy.init), accepted: accepted.compactMap(\.stringValue))
  }
}
