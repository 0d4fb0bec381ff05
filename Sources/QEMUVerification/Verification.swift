public import QEMUCommandLine

/// The comparison of one request with one running QEMU.
///
/// It does no I/O. The caller fetches the evidence that ``needs(given:)`` returns until nothing more is needed, and
/// then calls
/// ``judge(_:by:)``:
/// ```swift
/// var observation = Observation()
/// while case let needs = verification.needs(given: observation), !needs.isEmpty { fetch(needs, into: &observation) }
/// let report = verification.judge(observation)
/// ```
public struct Verification: Sendable {
  private let configuration: QEMUConfiguration
  private let preference: AcceleratorPreference
  /// The properties that do not depend on the live accelerator; created once, because each round runs all checks.
  private let properties: [RequestedProperty]
  private let anonymousDevices: [Int?]
  private let driveNames: [String?]
  private let nodeNames: Set<String>

  /// Prepares the comparison.
  /// - Throws: `CommandLineError` if the request has contradictory accelerators.
  public init(of configuration: QEMUConfiguration) throws(CommandLineError) {
    self.configuration = configuration
    preference = try configuration.acceleratorPreference()
    properties = Self.properties(of: configuration)
    anonymousDevices = Subject.anonymousDevices(of: configuration)
    driveNames = Subject.driveNames(of: configuration)
    nodeNames = Subject.nodeNames(of: configuration)
  }

  /// Returns the evidence that must still be read. An answer may make further evidence necessary: the features of a CPU
  /// are read by its path.
  public func needs(given observation: Observation) -> EvidenceNeeds {
    var reader = EvidenceReader(observation)
    // Until the accelerator is known, assume the preferred one: its properties are then read in the same round.
    let live = (try? LiveAccelerator.observe(&reader)) ?? preferred
    for property in requestedProperties(live: live, standardError: observation.standardError) {
      _ = try? judge(property, live, &reader)
    }
    return reader.needs
  }

  /// Judges the observation. A property whose evidence exists but could not be read is unobserved, with the reason.
  public func judge(
    _ observation: Observation, by policy: VerificationPolicy = VerificationPolicy()
  ) -> VerificationReport {
    var reader = EvidenceReader(observation)
    let live = try? LiveAccelerator.observe(&reader)
    var accelerator = judgeAccelerator(
      preference, live ?? LiveAccelerator(name: nil, evidence: []), standardError: observation.standardError)
    let obstacle = accelerator.verdict == .unobservable ? reader.obstacle : nil
    // While the process is stopped, the evidence does not show that the accelerator runs the guest.
    if accelerator.verdict != .drifted, let reason = observation.stopReason ?? obstacle {
      (accelerator.verdict, accelerator.reason) = (.unobserved, reason)
    }
    accelerator.isAccepted = accelerator.verdict != .confirmed && policy.accepts("accel", "")
    accelerator.isFailure = policy.isFailure(accelerator.verdict) && !accelerator.isAccepted
    let properties = requestedProperties(live: live, standardError: observation.standardError)
    return VerificationReport(
      accelerator: accelerator, findings: properties.map { finding($0, live, &reader, policy) },
      redaction: Redaction(configuration))
  }

  /// Judges some properties of the request, as ``judge(_:by:)`` does for all of them.
  /// - Parameters:
  ///   - observation: the observation.
  ///   - isWanted: returns whether to judge a property, by option, instance and property.
  package func findings(
    in observation: Observation, where isWanted: (String, String, String) -> Bool
  ) -> [Finding] {
    var reader = EvidenceReader(observation)
    let live = try? LiveAccelerator.observe(&reader)
    return requestedProperties(live: live, standardError: observation.standardError)
      .filter { isWanted($0.option, $0.instance, $0.property) }
      .map { finding($0, live, &reader, VerificationPolicy()) }
  }

  private func finding(
    _ property: RequestedProperty, _ live: LiveAccelerator?, _ reader: inout EvidenceReader,
    _ policy: VerificationPolicy
  ) -> Finding {
    reader.forgetObstacle()
    var judgement = judgement(of: property, live, &reader)
    if [.unobservable, .unobserved].contains(judgement.verdict), let obstacle = reader.obstacle {
      // The check could not read its evidence, so the property is not known to be unobservable.
      (judgement.verdict, judgement.reason) = (.unobserved, obstacle)
    }
    var finding = Finding(
      option: property.option, instance: property.instance, property: property.property,
      requested: property.isSecret ? Redaction.marker : property.wanted,
      observed: judgement.observed, verdict: judgement.verdict, evidence: judgement.evidence,
      reason: judgement.reason,
      remedy: judgement.remedy)
    finding.isAccepted =
      judgement.verdict != .confirmed && policy.accepts(property.option, property.property)
    finding.imageMove = judgement.move
    finding.comparedText = property.wanted
    finding.isFailure = policy.isFailure(judgement.verdict) && !finding.isAccepted
    return finding
  }

  private func judgement(
    of property: RequestedProperty, _ live: LiveAccelerator?, _ reader: inout EvidenceReader
  ) -> Judgement {
    do throws(EvidenceMissing) {
      return try judge(property, live, &reader)
    } catch {
      return error.refusal.map { .unobservable($0) } ?? reader.unanswered
    }
  }

  private func judge(
    _ property: RequestedProperty, _ live: LiveAccelerator?, _ reader: inout EvidenceReader
  ) throws(EvidenceMissing) -> Judgement {
    if reader.observation.monitorUnavailability != nil, let judgement = try HostCheck.judge(property, &reader)
    {
      return judgement
    }
    return try property.check(property.wanted, subject(live), &reader)
  }

  /// Throws an error if one of the accepted names matches no finding of the request.
  /// - Parameter accepted: the names, each `OPTION` or `OPTION.PROPERTY`.
  /// - Throws: `CommandLineError` `unknownProperty`, which suggests the nearest name.
  public func requireFindings(named accepted: [String]) throws(CommandLineError) {
    let accelerators = preference.entries.flatMap { $0.assignments.map { ("accel", $0.name) } }
    let names = [("accel", "")] + accelerators + properties.map { ($0.option, $0.property) }
    for name in accepted {
      let policy = VerificationPolicy(accepted: [name])
      if names.contains(where: { policy.accepts($0.0, $0.1) }) { continue }
      let known = names.flatMap { [$0.0, "\($0.0).\($0.1)"] }.filter { !$0.hasSuffix(".") }
      let nearest = nearestName(to: name, in: known).map { "did you mean \($0)? " } ?? ""
      throw CommandLineError(
        .unknownProperty, "--accept \(name): no finding of this request has that name",
        remedy: nearest + "use an option of the request, or OPTION.PROPERTY as in the report")
    }
  }

  private var preferred: LiveAccelerator? {
    preference.entries.first.map { LiveAccelerator(name: $0.name, evidence: []) }
  }

  private func subject(_ live: LiveAccelerator?) -> Subject {
    Subject(
      configuration: configuration, liveAccelerator: live?.name, anonymousDevices: anonymousDevices,
      driveNames: driveNames, nodeNames: nodeNames)
  }
}

// MARK: - The properties of the request

extension Verification {
  private func requestedProperties(live: LiveAccelerator?, standardError: String) -> [RequestedProperty] {
    acceleratorProperties(live?.name, standardError) + properties
  }

  private static func properties(of configuration: QEMUConfiguration) -> [RequestedProperty] {
    machineProperties(configuration) + cpuProperties(configuration)
      + assignments(configuration.smp?.assignments, "smp", topologyCheck)
      + assignments(configuration.memory?.assignments, "m", { memoryCheck($0) })
      + otherProperties(configuration)
  }

  /// Returns the properties of the options that are not merged, in order.
  private static func otherProperties(_ configuration: QEMUConfiguration) -> [RequestedProperty] {
    let merged: Set = ["accel", "machine", "cpu", "smp", "m", "enable-kvm"]
    var counts: [String: Int] = [:]
    var properties: [RequestedProperty] = []
    for (position, occurrence) in configuration.occurrences.enumerated()
    where !merged.contains(occurrence.option) {
      // An image without an option is a drive.
      let name = occurrence.option.isEmpty ? "drive" : occurrence.option
      let requested = RequestedOption(
        occurrence: occurrence, index: counts[name, default: 0], position: position)
      counts[name, default: 0] += 1
      properties += self.properties(of: requested)
    }
    let settings = configuration.all(SetProperty.self)
    return settings.isEmpty
      ? removingOverridden(properties) : removingOverridden(properties).map { changed($0, by: settings) }
  }

  private static func properties(of requested: RequestedOption) -> [RequestedProperty] {
    let checks = optionChecks[requested.option]
    let reason = reasonsWithoutCheck[requested.option] ?? "QEMU has no query for it"
    return requested.properties.map { property, wanted in
      RequestedProperty(
        option: requested.option.isEmpty ? "drive" : requested.option, instance: requested.instance,
        property: name(of: property, requested), wanted: wanted,
        check: checks?.check(property, requested) ?? unobservable(reason),
        isSecret: requested.isSecret(property))
    }
  }

  /// Returns the name of a property. The property of an option with a single value has the name of the option; an image
  /// without an option is the property `file` of a drive.
  private static func name(of property: String, _ requested: RequestedOption) -> String {
    if !property.isEmpty { return property }
    return requested.option.isEmpty ? "file" : requested.option
  }

  /// Removes the properties that are overridden. If QEMU merges an option or uses its last occurrence, the last value
  /// of a property takes effect. This also applies to `-global`.
  private static func removingOverridden(_ properties: [RequestedProperty]) -> [RequestedProperty] {
    var last: [String: String] = [:]
    var seen: Set<[String]> = []
    return properties.reversed().filter { property in
      switch OptionTable.declaration(property.option)?.repetition {
      case .lastWins:
        last[property.option] = last[property.option] ?? property.instance
        return last[property.option] == property.instance
      case .merges: return seen.insert([property.option, property.property]).inserted
      case .accumulates where property.option == "global":
        return seen.insert([property.option, property.property]).inserted
      default: return true
      }
    }.reversed()
  }

  /// Returns the property with the value of `-set`, if there is one.
  private static func changed(
    _ property: RequestedProperty, by settings: [SetProperty]
  ) -> RequestedProperty {
    let set = settings.last {
      ($0.group, $0.id, $0.property) == (property.option, property.instance, property.property)
    }
    guard let set else { return property }
    return RequestedProperty(
      option: property.option, instance: property.instance, property: property.property, wanted: set.value,
      check: property.check, isSecret: property.isSecret)
  }

  /// Returns the properties of the accelerator entry that took effect; QEMU does not read those of the others.
  private func acceleratorProperties(_ live: String?, _ standardError: String) -> [RequestedProperty] {
    let fellBack = AcceleratorFallback(standardError: standardError) != nil
    guard let live else { return unknownAcceleratorProperties }
    guard let index = preference.effectiveIndex(live: live, fellBack: fellBack) else { return [] }
    let checks = acceleratorChecks[live] ?? [:]
    return Self.lastOfEach(preference.entries[index].assignments).map { assignment in
      RequestedProperty(
        option: "accel", instance: live, property: assignment.name, wanted: assignment.text,
        check: checks[assignment.name]
          ?? unobservable("this library has no check for this property of \(live)"))
    }
  }

  /// The accelerator properties, unobserved because the accelerator is unknown.
  private var unknownAcceleratorProperties: [RequestedProperty] {
    guard let wanted = preference.entries.first else { return [] }
    return Self.lastOfEach(wanted.assignments).map { assignment in
      RequestedProperty(
        option: "accel", instance: wanted.name, property: assignment.name, wanted: assignment.text,
        check: unobservable("nothing shows which accelerator runs the guest"))
    }
  }

  private static func machineProperties(_ configuration: QEMUConfiguration) -> [RequestedProperty] {
    assignments(configuration.machine.assignments.filter { $0.name != "accel" }, "machine", machineCheck)
  }

  private static func cpuProperties(_ configuration: QEMUConfiguration) -> [RequestedProperty] {
    guard let cpu = configuration.cpu else { return [] }
    let model = RequestedProperty(
      option: "cpu", instance: "0", property: "model", wanted: cpu.model, check: checkCPUModel)
    return [model]
      + cpu.settings.map {
        RequestedProperty(
          option: "cpu", instance: "0", property: $0.name, wanted: $0.text, check: cpuFeatureCheck($0.name))
      }
  }

  private static func assignments(
    _ assignments: AssignmentList?, _ option: String, _ check: (String) -> Check
  ) -> [RequestedProperty] {
    lastOfEach(assignments ?? []).map {
      RequestedProperty(
        option: option, instance: "0", property: $0.name, wanted: $0.text, check: check($0.name))
    }
  }

  /// Returns the last value of each property; the others are overridden.
  private static func lastOfEach(_ assignments: AssignmentList) -> [Assignment] {
    var seen: Set<String> = []
    return assignments.reversed().filter { seen.insert($0.name).inserted }.reversed()
  }
}
