public import QEMUCommandLine
public import QEMUJSON

/// The accelerator that runs a guest and its properties, independent of the request.
public struct AcceleratorInspection: Sendable, Hashable {
  /// A property and its live value.
  public struct Property: Sendable, Hashable {
    /// QEMU's name of the property.
    public let name: String
    /// Its live value, as on a command line; nil if nothing shows it.
    public let observed: String?
    /// The evidence, with its sources.
    public let evidence: [Evidence]
    /// The reason why it cannot be observed.
    public let reason: String?
  }

  /// The accelerator's name; nil if it is unknown.
  public let live: AcceleratorName?
  /// The evidence of the accelerator.
  public let evidence: [Evidence]
  /// Every property that the accelerator has, by name.
  public let properties: [Property]

  /// Returns the evidence that is still to be read.
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

  private init(live: AcceleratorName?, evidence: [Evidence], properties: [Property]) {
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
      // Nothing is requested, so only the observed value is used, not the verdict.
      let judgement = (try? check("", subject, &reader)) ?? .unobservable("QEMU was not queried")
      properties.append(
        Property(
          name: property, observed: judgement.observed, evidence: judgement.evidence,
          reason: judgement.observed == nil ? judgement.reason : nil))
    }
    return AcceleratorInspection(live: AcceleratorName(name), evidence: live.evidence, properties: properties)
  }

  /// The inspection as JSON: `live`, `evidence`, `properties`.
  public var json: JSONObject {
    [
      "live": live.map { .string($0.description) } ?? .null, "evidence": .array(evidence.map(\.json)),
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
