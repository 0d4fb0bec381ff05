import QEMUJSON

extension QEMUConfiguration {
  /// Says what a binary will refuse, ignore or warn of, without starting it.
  ///
  /// What only a start can show, such as a file that is not there, is not in it.
  /// - Parameter capabilities: what the binary has.
  /// - Returns: the findings in the order of the options, the refused ones of an option first.
  public func findings(for capabilities: BinaryCapabilities) -> [CheckFinding] {
    BinaryCheck(self, capabilities).findings()
  }
}

/// Compares a command line with what a binary has. A check is one row of ``rules``.
struct BinaryCheck {
  let configuration: QEMUConfiguration
  let capabilities: BinaryCapabilities
  private let names: NameCheck
  /// The machine that the whole line asks for.
  let machine: MachineOption
  /// The accelerator that nothing follows.
  let lastAccelerator: Accelerator?
  /// The CPU model that counts.
  let cpu: CPUModel?

  init(_ configuration: QEMUConfiguration, _ capabilities: BinaryCapabilities) {
    self.configuration = configuration
    self.capabilities = capabilities
    names = NameCheck(configuration, capabilities)
    machine = configuration.machine
    lastAccelerator = configuration.accelerators.last
    cpu = configuration.cpu
  }

  /// Looks at one option, and says what is wrong with it.
  typealias Rule = @Sendable (Occurrence, BinaryCheck) -> [CheckFinding]

  /// The checks of an option that the binary has.
  static let rules: [Rule] = [
    { $1.argumentIsOfItsType($0) },
    { $1.wordsExist($0) },
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
    { $1.driveSaysWhat($0) },
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
    return conflicts() + machineIsNamed() + topologyAddsUp() + memoryAddsUp() + busFindings() + repetitions()
      + findings
  }

  /// The devices whose bus is not there.
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

  /// What only the whole line shows.
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
        "; it is there since QEMU \(since)"
      } else if let architectures = declaration.architectures {
        "; it is there for \(architectures.joined(separator: ", "))"
      } else { "; it was not built in" }
    return [
      CheckFinding(
        .refused, .unknownOption, "\(capabilities.name) has no option -\(option)\(why)",
        remedy: declaration.replacement.map { "use \($0)" } ?? "remove it, or use another QEMU")
    ]
  }

  /// What this library knows of the types; names are the binary's own matter.
  private func argumentIsOfItsType(_ occurrence: Occurrence) -> [CheckFinding] {
    // Of this type the binary's schema does not tell.
    let names: UnknownNames = occurrence.option == "compat" ? .refused : .kept
    return ((occurrence.argument as? any CheckedArgument)?.problems(unknownNames: names) ?? []).map(
      CheckFinding.init)
  }

  /// The properties of an option that has a fixed list of them.
  private func parametersExist(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let argument = occurrence.argument as? any PropertyListArgument, !argument.isOpen else { return [] }
    let listed = Set((capabilities.parameters[occurrence.option] ?? [:]).keys)
    let option = "-\(occurrence.option)"
    let declared = type(of: argument).declarations
    // Of an option that lists its properties, what is not listed belongs to another version.
    let isForeign = { (name: String) in listed.isEmpty ? declared[name] == nil : name != "id" }
    return argument.assignments.map(\.name).filter { !listed.contains($0) && !$0.isEmpty && isForeign($0) }
      .map {
        .unknown(
          "property", $0, among: listed.isEmpty ? Set(declared.names) : listed,
          in: "\(option) of \(capabilities.name)",
          property: $0)
      }
  }

  /// A switch of an older QEMU can be a word of more meanings in a newer one.
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

  /// The names and words of an option that is a type of the binary's own schema.
  private func schemaHasNames(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let argument = occurrence.argument as? any SchemaArgument, let object = argument.completeMembers
    else {
      return []
    }
    // Of -nic none nothing else is read.
    if occurrence.option == "nic", object["type"] == "none" { return [] }
    return capabilities.schema.objections(to: object, of: occurrence.option)
      .filter { !type(of: argument).extraProperties.contains($0.word) }
      .map { objection in
        let path = objection.path.joined(separator: ".")
        guard let candidates = objection.candidates else {
          return .deprecated(
            "\"\(objection.word)\" of -\(occurrence.option)", property: path,
            remedy: "see QEMU's documentation for what replaces it")
        }
        return .unknown(
          objection.isValue ? "\(objection.path.last ?? "")" : "member", objection.word, among: candidates,
          in: "-\(occurrence.option) of \(capabilities.name)",
          code: objection.isValue ? .malformedValue : .unknownProperty, property: path)
      }
  }
}

extension PropertyDeclaration {
  /// Returns what is expected instead of a word of a switch, where the property takes others.
  fileprivate func expectation(ofWordsAgainst text: String) -> String? {
    guard let words = jsonSchema["enum"]?.arrayValue, !words.contains(.string(text)),
      Bool(propertyText: text) != nil
    else { return nil }
    return expectation
  }
}
