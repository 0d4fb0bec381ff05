import QEMUCommandLine
public import QEMUJSON

/// What is known of the accelerator that runs a guest, whatever was asked for.
public struct AcceleratorInspection: Sendable, Hashable {
  /// One property as it is.
  public struct Property: Sendable, Hashable {
    /// QEMU's name of the property.
    public let name: String
    /// Its live value in the terms of the command line; nil where nothing shows it.
    public let observed: String?
    /// What was seen, and where.
    public let evidence: [Evidence]
    /// Why it cannot be seen.
    public let reason: String?
  }

  /// The accelerator's name; nil where it cannot be told.
  public let live: String?
  /// How that is known.
  public let evidence: [Evidence]
  /// Every property that the accelerator has, by name.
  public let properties: [Property]

  /// What is still to be asked.
  public static func needs(given observation: Observation) -> EvidenceNeeds {
    var reader = EvidenceReader(observation)
    _ = inspect(&reader)
    return reader.needs
  }

  /// Reads the observation.
  public init(_ observation: Observation) {
    var reader = EvidenceReader(observation)
    self = Self.inspect(&reader)
  }

  private init(live: String?, evidence: [Evidence], properties: [Property]) {
    self.live = live
    self.evidence = evidence
    self.properties = properties
  }

  private static func inspect(_ reader: inout EvidenceReader) -> AcceleratorInspection {
    guard let live = try? LiveAccelerator.observe(&reader), let name = live.name else {
      return AcceleratorInspection(live: nil, evidence: [], properties: [])
    }
    let subject = Subject(configuration: .init(), liveAccelerator: name)
    var properties: [Property] = []
    for (property, check) in (acceleratorChecks[name] ?? [:]).sorted(by: { $0.key < $1.key }) {
      // Nothing is asked for, so no verdict counts: only what is seen.
      let judgement = (try? check("", subject, &reader)) ?? .unobservable("QEMU was not queried")
      properties.append(
        Property(
          name: property, observed: judgement.observed, evidence: judgement.evidence,
          reason: judgement.observed == nil ? judgement.reason : nil))
    }
    return AcceleratorInspection(live: name, evidence: live.evidence, properties: properties)
  }

  /// The inspection as JSON: `live`, `evidence`, `properties`.
  public var json: JSONObject {
    [
      "live": live.map(JSON.string) ?? .null, "evidence": .array(evidence.map(\.json)),
      "properties": .array(properties.map(\.json)),
    ]
  }
}

extension AcceleratorInspection.Property {
  fileprivate var json: JSON {
    var object: JSONObject = [
      "property": .string(name), "observed": observed.map(JSON.string) ?? .null,
      "evidence": .array(evidence.map(\.json)),
    ]
    object["reason"] = reason.map(JSON.string)
    return .object(object)
  }
}
