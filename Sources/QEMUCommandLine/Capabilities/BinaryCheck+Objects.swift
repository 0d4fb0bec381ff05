import QEMUJSON

// MARK: - Accelerators, machines and CPU models

extension BinaryCheck {
  /// Checks an accelerator. One that the binary does not have is not an error if another follows: QEMU tries that next.
  func acceleratorExists(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let accelerator = occurrence.argument as? Accelerator else { return [] }
    guard let properties = capabilities.accelerators[accelerator.name] else {
      // For -accel without a name QEMU lists all accelerators, and exits with 0.
      let listsAll = configuration.occurrences.contains { $0.option == "accel" && $0.argument is PlainText }
      let isLast =
        !listsAll && !configuration.accelerators.contains { capabilities.accelerators[$0.name] != nil }
      return [
        .unknown(
          "accelerator", accelerator.name, among: capabilities.accelerators.keys, in: capabilities.name,
          property: "accel", weight: isLast ? .refused : .ignored)
      ]
    }
    return judge(accelerator.assignments, properties, of: "the accelerator \(accelerator.name)")
  }

  /// The properties of `-machine` that are not properties of the machine.
  private static let machineSugar: Set<String> = [
    "type", "accel", "igd-passthru", "kvm-shadow-mem", "kernel-irqchip",
  ]

  func machineExists(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let option = occurrence.argument as? MachineOption else { return [] }
    var findings: [CheckFinding] = []
    // The type of the last occurrence has effect.
    if let type = option.type, type == machine.type {
      guard let machine = capabilities.machine(type) else {
        let names = Array(capabilities.machines.keys) + capabilities.machines.values.compactMap(\.alias)
        return [.unknown("machine type", type, among: names, in: capabilities.name, property: "type")]
      }
      if machine.isDeprecated {
        findings.append(
          .deprecated("the machine type \(type)", property: "type", remedy: "use a newer version of it"))
      }
    }
    findings += machineAcceleratorExists(option)
    guard let properties = machineProperties else { return findings }
    let type = machine.type ?? capabilities.machineName(of: configuration) ?? "none"
    let named = option.assignments.filter {
      let name = dashed($0.name)
      return !Self.machineSugar.contains(name) && (machine[name] ?? $0.text) == $0.text
    }
    let own = named.map { Assignment(dashed($0.name), $0.text) }
    return findings + judge(own, properties, of: "the machine type \(type)")
  }

  /// Checks the accelerators of a machine: a list with colons, of which QEMU uses the first that works.
  private func machineAcceleratorExists(_ option: MachineOption) -> [CheckFinding] {
    guard let names = option["accel"]?.split(separator: ":").map(String.init), let first = names.first,
      !names.contains(where: { capabilities.accelerators[$0] != nil })
    else { return [] }
    return [
      .unknown(
        "accelerator", first, among: capabilities.accelerators.keys, in: capabilities.name, property: "accel")
    ]
  }

  /// The properties of the machine type of the whole command line.
  var machineProperties: BinaryCapabilities.Properties? {
    capabilities.machineName(of: configuration).flatMap { capabilities.machines[$0]?.properties }
  }

  func modelExists(_ occurrence: Occurrence) -> [CheckFinding] {
    // Only the last one has effect and is checked.
    guard let cpu = occurrence.argument as? CPUModel, cpu == self.cpu else { return [] }
    // QEMU lists no models for a target whose model names are derived from type names.
    guard !capabilities.models.isEmpty else { return [] }
    // PowerPC accepts the value of the processor version register as a name: 004e1200.
    if capabilities.isPowerPC, cpu.model.count == 8, cpu.model.allSatisfy(\.isHexDigit) { return [] }
    let model = capabilities.model(cpu.model)
    guard model != nil || capabilities.devices[cpu.model] != nil else {
      return [
        .unknown(
          "CPU model", cpu.model, among: capabilities.models.keys, in: capabilities.name, property: "model")
      ]
    }
    let deprecated: [CheckFinding] =
      model?.isDeprecated ?? false
      ? [.deprecated("the CPU model \(cpu.model)", property: "model", remedy: "use a newer model")] : []
    guard let features = capabilities.features(of: cpu.model) else { return deprecated }
    let known = Set(features.keys.map { CPUModel.Feature.plus($0).canonicalName })
    let unknown = cpu.features.filter { !known.contains($0.canonicalName) && !$0.name.isEmpty }
    let values = cpu.settings.filter { !$0.text.isEmpty && $0.text != "on" && $0.text != "off" }
    let malformed = values.compactMap { setting -> CheckFinding? in
      guard let type = features[setting.name] ?? features[CPUModel.Feature.plus(setting.name).canonicalName]
      else { return nil }
      return judge(setting, type == "int" ? "uint64" : type, of: "the CPU model \(cpu.model)")
    }
    return deprecated + malformed
      + unknown.map {
        .unknown(
          "feature", $0.name, among: features.keys, in: "the CPU model \(cpu.model)", property: $0.name)
      }
  }
}

// MARK: - Devices

extension BinaryCheck {
  /// The properties that `-device` itself reads.
  private static let deviceSugar: Set<String> = ["driver", "id", "bus"]

  func driverExists(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let option = occurrence.argument as? DeviceOption else { return [] }
    guard let driver = option.driver else {
      return [
        CheckFinding(
          .refused, .malformedText, "-device has no driver", property: "driver",
          remedy: "write -device DRIVER, such as virtio-net-pci")
      ]
    }
    guard let device = capabilities.device(driver) else { return [unknownDriver(driver)] }
    guard device.isUserCreatable else {
      return [
        CheckFinding(
          .refused, .valueOutOfRange, "only a machine can create the device \(driver)", property: "driver",
          remedy: "remove it, and use a machine type that has it")
      ]
    }
    guard let properties = device.properties else { return [] }
    let owner = "the device \(driver)"
    // The last of a repeated property has effect.
    var last: [String: Assignment] = [:]
    for assignment in option.ownAssignments { last[assignment.name] = assignment }
    let own = option.ownAssignments.filter { !Self.deviceSugar.contains($0.name) && last[$0.name] == $0 }
    guard case .json(let object) = option.form else { return judge(own, properties, of: owner) }
    return judge(own, properties, of: owner) + mistyped(object, properties, of: owner)
      + object.filter { $0.value.stringValue == nil && !Self.deviceSugar.contains($0.name) }
      .compactMap { unknown(Assignment($0.name, ""), properties, of: owner) }
  }

  /// Checks the types of JSON values: QEMU requires the type of the property.
  private func mistyped(
    _ object: JSONObject, _ properties: BinaryCapabilities.Properties, of owner: String
  ) -> [CheckFinding] {
    object.compactMap { member in
      guard properties[member.name] == "bool", let text = member.value.stringValue else { return nil }
      return .malformed(
        Assignment(member.name, text), of: owner, expectation: "true or false, without quotes")
    }
  }

  private func unknownDriver(_ driver: String) -> CheckFinding {
    let creatable = capabilities.devices.filter(\.value.isUserCreatable)
    let names = Array(creatable.keys) + creatable.values.compactMap(\.alias)
    return .unknown("device", driver, among: names, in: capabilities.name, property: "driver")
  }

  /// Checks a `-global`. QEMU ignores one for a device that is not used, and prints a warning for an unknown driver.
  func globalExists(_ occurrence: Occurrence) -> [CheckFinding] {
    guard let global = occurrence.argument as? GlobalProperty,
      let properties = capabilities.device(global.driver)?.properties
    else { return [] }
    // QEMU checks it when it creates such a device.
    guard
      configuration.occurrences.contains(where: { ($0.argument as? DeviceOption)?.driver == global.driver })
    else {
      return []
    }
    return judge([Assignment(global.property, global.value)], properties, of: "the device \(global.driver)")
  }
}

extension DeviceOption {
  /// The properties whose values are texts.
  fileprivate var ownAssignments: AssignmentList {
    switch form {
    case .properties(let assignments): assignments
    case .json(let object):
      AssignmentList(
        object.compactMap { member in member.value.stringValue.map { Assignment(member.name, $0) } })
    }
  }
}

// MARK: - Properties

extension BinaryCheck {
  /// Checks names and values against an object's properties.
  private func judge(
    _ assignments: some Sequence<Assignment>, _ properties: BinaryCapabilities.Properties, of owner: String
  ) -> [CheckFinding] {
    assignments.compactMap { assignment in
      type(of: assignment.name, properties).map { judge(assignment, $0, of: owner) }
        ?? unknown(assignment, properties, of: owner)
    }
  }

  /// Returns the type of a property. A dot precedes a property of a nested object; brackets have the index of an array.
  private func type(of property: String, _ properties: BinaryCapabilities.Properties) -> String? {
    let name = String(property.prefix { $0 != "." && $0 != "[" })
    return properties[property] ?? properties[name] ?? array(name, properties)
  }

  private func unknown(
    _ assignment: Assignment, _ properties: BinaryCapabilities.Properties, of owner: String
  ) -> CheckFinding? {
    if type(of: assignment.name, properties) != nil { return nil }
    return .unknown(
      "property", assignment.name, among: properties.keys.filter(Self.isSettable), in: owner,
      property: assignment.name)
  }

  /// Returns the type of an array: QEMU lists its elements as `name[0]`, or their number as `len-name`.
  private func array(_ name: String, _ properties: BinaryCapabilities.Properties) -> String? {
    properties["\(name)[0]"] ?? (properties["len-\(name)"] == nil ? nil : "")
  }

  private static func isSettable(_ name: String) -> Bool { !name.contains("[") }

  private func judge(_ assignment: Assignment, _ type: String, of owner: String) -> CheckFinding? {
    guard let expectation = expectation(assignment, type) else { return nil }
    return .malformed(assignment, of: owner, expectation: expectation)
  }

  private func expectation(_ assignment: Assignment, _ type: String) -> String? {
    // A PCI address is a number in QEMU's list and "06.0" on the command line.
    if assignment.name == "addr", type == "int32" || type == "str" {
      return QOMPropertyType.slotExpectation(against: assignment.text)
    }
    if assignment.name == "mac", type == "str" {
      return QOMPropertyType.addressExpectation(against: assignment.text)
    }
    if assignment.name == "port", type == "str", !assignment.text.isEmpty {
      let isPort = assignment.text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
        UInt8($0) != nil
      }
      return isPort ? nil : "numbers separated by dots, such as 1.2"
    }
    if ["queue-size", "rx_queue_size", "tx_queue_size"].contains(assignment.name),
      let size = UInt16(assignment.text),
      size.nonzeroBitCount != 1
    {
      return "a power of two"
    }
    if type.hasPrefix("child<") { return "no value: QEMU sets it itself" }
    if assignment.name == "romsize", let size = UInt32(assignment.text), size.nonzeroBitCount != 1,
      size != .max
    {
      return "a power of two"
    }
    return QOMPropertyType(type).expectation(against: assignment.text)
  }
}
