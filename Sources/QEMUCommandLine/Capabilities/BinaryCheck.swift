import QEMUJSON

extension QEMUConfiguration {
  /// Returns the options that a binary will refuse, ignore or warn about, without starting it.
  ///
  /// It does not find errors that only a start can show, such as a missing file.
  /// - Parameter capabilities: the capabilities of the binary.
  /// - Returns: the findings in the order of the options, those that QEMU refuses first for each option.
  public func findings(for capabilities: BinaryCapabilities) -> [CheckFinding] {
    BinaryCheck(self, capabilities).findings()
  }
}

/// A check of a command line against the capabilities of a binary. Each rule is a row of ``rules``.
struct BinaryCheck {
  let configuration: QEMUConfiguration
  let capabilities: BinaryCapabilities
  private let names: NameCheck
  /// The machine, merged over the whole command line.
  let machine: MachineOption
  /// The last accelerator.
  let lastAccelerator: Accelerator?
  /// The CPU model of the last `-cpu`.
  let cpu: CPUModel?

  init(_ configuration: QEMUConfiguration, _ capabilities: BinaryCapabilities) {
    self.configuration = configuration
    self.capabilities = capabilities
    names = NameCheck(configuration, capabilities)
    machine = configuration.machine
    lastAccelerator = configuration.accelerators.last
    cpu = configuration.cpu
  }

  /// A function that checks one option.
  typealias Rule = @Sendable (Occurrence, BinaryCheck) -> [CheckFinding]

  /// The rules for an option that the binary has. Each function is named after its rule, and returns a finding if the
  /// option violates the rule.
  static let rules: [Rule] = [
    { $1.argumentIsOfItsType($0) },
    { $1.valuesExist($0) },
    { $1.formIsStillThere($0) },
    { $1.parametersExist($0) },
    { $1.parametersAreOfTheirType($0) },
    { $1.schemaHasNames($0) },
    { $1.acceleratorExists($0) },
    { $1.shadowMemoryFits($0) },
    { $1.machineExists($0) },
    { $1.modelExists($0) },
    { $1.driverExists($0) },
    { $1.globalExists($0) },
    { $1.driveHasSource($0) },
    { $1.memorySizeIsDecimal($0) },
    { $1.firmwareItemHasOneSource($0) },
    { $1.descriptorIsNoStandardStream($0) },
    { $1.incomingChannelIsKnown($0) },
    { $1.logItemsExist($0) },
    { $1.deviceIsComplete($0) },
    { $1.memoryDeviceHasRoom($0) },
    { $1.characterDeviceIsComplete($0) },
    { $1.addressIsKnown($0) },
    { $1.adapterExists($0) },
    { $1.backendWasBuiltIn($0) },
    { $1.driveIsKnown($0) },
    { $1.optionIsComplete($0) },
    { $1.secretHasData($0) },
    { $1.secretIsHidden($0) },
    { $1.addressHasPort($0) },
    { $1.networkCardExists($0) },
    { $1.forwardingIsARule($0) },
    { $1.failoverBusIsExpress($0) },
    { $1.driverHasItsParts($0) },
    { $1.accelerationIsThere($0) },
  ]

  func findings() -> [CheckFinding] {
    var counts: [String: Int] = [:]
    var findings: [CheckFinding] = []
    for (place, occurrence) in configuration.occurrences.enumerated() {
      counts[occurrence.option, default: 0] += 1
      let own = self.findings(of: occurrence, at: place)
      if own.isEmpty { continue }
      let position = CommandLineError.Position(
        option: occurrence.option, occurrence: counts[occurrence.option] ?? 1)
      let words = occurrence.shownText
      findings += own.map { $0.located(position, in: words) }
    }
    if asksForHelp { return findings.filter { $0.error.code == .unknownOption } }
    return conflicts() + machineTypeFindings() + topologyFindings() + memoryFindings() + busFindings()
      + repetitions()
      + findings
  }

  /// Returns a finding for each device whose bus does not exist.
  private func busFindings() -> [CheckFinding] {
    let check = BusCheck(configuration, capabilities)
    var devices: [DeviceOption] = []
    var findings: [CheckFinding] = []
    for occurrence in configuration.occurrences {
      guard let device = occurrence.argument as? DeviceOption else { continue }
      let position = CommandLineError.Position(option: "device", occurrence: devices.count + 1)
      let words = occurrence.shownText
      findings += check.findings(of: device, behind: devices).map { $0.located(position, in: words) }
      devices.append(device)
    }
    return findings
  }

  private func findings(of occurrence: Occurrence, at place: Int) -> [CheckFinding] {
    let missing = optionExists(occurrence)
    if !missing.isEmpty { return missing }
    let findings = Self.rules.flatMap { $0(occurrence, self) } + names.findings(at: place)
    return findings.filter { $0.weight == .refused } + findings.filter { $0.weight != .refused }
  }

  /// Returns the conflicts between options.
  private func conflicts() -> [CheckFinding] {
    do throws(CommandLineError) {
      _ = try configuration.acceleratorPreference()
      return []
    } catch {
      return [CheckFinding(error)]
    }
  }
}

// MARK: - Options

extension BinaryCheck {
  private func optionExists(_ occurrence: Occurrence) -> [CheckFinding] {
    let option = occurrence.option
    guard !option.isEmpty, !capabilities.options.contains(option) else { return [] }
    guard let declaration = OptionTable.declaration(option) else {
      if let removed = RemovedOption.all[option] { return [CheckFinding(removed.error)] }
      return [
        .unknown(
          "option", "-\(option)", among: capabilities.options.map { "-\($0)" }, in: capabilities.name,
          code: .unknownOption)
      ]
    }
    let why =
      if let removed = declaration.removedIn {
        "; it was removed in QEMU \(removed)"
      } else if let since = declaration.since {
        "; it was added in QEMU \(since)"
      } else if let architectures = declaration.architectures {
        "; it exists for \(architectures.joined(separator: ", "))"
      } else { "; it is not built in" }
    return [
      CheckFinding(
        .refused, .unknownOption, "\(capabilities.name) has no option -\(option)\(why)",
        remedy: declaration.replacement.map { "use \($0)" } ?? "remove it, or use another QEMU")
    ]
  }

  /// Checks the types that this library declares; names are checked against the binary.
  private func argumentIsOfItsType(_ occurrence: Occurrence) -> [CheckFinding] {
    // The binary's schema does not have this type.
    let names: UnknownNames = occurrence.option == "compat" ? .refused : .kept
    return ((occurrence.argument as? any CheckedArgument)?.problems(unknownNames: names) ?? []).map(
      CheckFinding.init)
  }

  /// Checks the properties of an option that has a fixed list of them.
  private func parametersExist(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let argument = occurrence.argument as? any PropertyListArgument, !argument.isOpen else { return [] }
    let listed = Set((capabilities.parameters[occurrence.option] ?? [:]).keys)
    let option = "-\(occurrence.option)"
    let declared = type(of: argument).declarations
    // If QEMU lists the properties of the option, others belong to another version.
    let isForeign = { (name: String) in listed.isEmpty ? declared[name] == nil : name != "id" }
    return argument.assignments.map(\.name).filter { !listed.contains($0) && !$0.isEmpty && isForeign($0) }
      .map {
        .unknown(
          "property", $0, among: listed.isEmpty ? Set(declared.names) : listed,
          in: "\(option) of \(capabilities.name)",
          property: $0)
      }
  }

  /// Checks the types of properties: a Boolean of an older QEMU can be an enumeration in a newer one.
  private func parametersAreOfTheirType(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let argument = occurrence.argument as? any PropertyListArgument else { return [] }
    let types = capabilities.parameters[occurrence.option] ?? [:]
    let declared = type(of: argument).declarations
    return argument.assignments.compactMap { assignment in
      let expectation: String? =
        switch types[assignment.name] {
        case "boolean": QOMPropertyType("bool").expectation(against: assignment.text)
        case "string": declared[assignment.name]?.expectation(ofWordsAgainst: assignment.text)
        default: nil
        }
      return expectation.map { .malformed(assignment, of: "-\(occurrence.option)", expectation: $0) }
    }
  }

  /// Checks the names and words of an option whose argument is a type of the binary's schema.
  private func schemaHasNames(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let argument = occurrence.argument as? any SchemaArgument, let object = argument.completeMembers
    else {
      return []
    }
    // QEMU ignores the other properties of -nic none.
    if occurrence.option == "nic", object["type"] == "none" { return [] }
    return capabilities.schema.objections(to: object, of: occurrence.option)
      .filter { !type(of: argument).extraProperties.contains($0.word) }
      .map { objection in
        let path = objection.path.joined(separator: ".")
        guard let candidates = objection.candidates else {
          return .deprecated(
            "\"\(objection.word)\" of -\(occurrence.option)", property: path,
            remedy: "see QEMU's documentation for its replacement")
        }
        return .unknown(
          objection.isValue ? "\(objection.path.last ?? "")" : "member", objection.word, among: candidates,
          in: "-\(occurrence.option) of \(capabilities.name)",
          code: objection.isValue ? .malformedValue : .unknownProperty, property: path)
      }
  }
}

extension PropertyDeclaration {
  /// Returns the expectation if the text is a Boolean but the property is an enumeration without it.
  fileprivate func expectation(ofWordsAgainst text: String) -> String? {
    guard let words = jsonSchema["enum"]?.arrayValue, !words.contains(.string(text)),
      Bool(propertyText: text) != nil
    else { return nil }
    return expectation
  }
}
