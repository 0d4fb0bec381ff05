import ArgumentParser
import QEMU

struct Capabilities: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capabilities",
    abstract: "Show the options, machines, devices, CPU models and accelerators of a QEMU binary.",
    discussion: """
      Queries the binary once, and caches the result in the state directory until the binary changes.
        qemuctl capabilities aarch64
        qemuctl capabilities x86_64 --list devices
        qemuctl capabilities x86_64 --properties virtio-net-pci
      """)

  /// A kind of names that can be listed.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case options
    case accelerators
    case machines
    case cpuModels = "cpu-models"
    case devices
  }

  @Argument(
    help: "The QEMU binary: a path, a name, or an architecture (default: the host's architecture).",
    completion: .architecture)
  var binary: String?

  @Option(help: "List the names of one kind: \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
  var list: Kind?

  @Option(
    help: ArgumentHelp(
      "List the properties of an accelerator, a machine, a device or a CPU model.", valueName: "name"))
  var properties: String?

  @OptionGroup var format: FormatOptions
  @OptionGroup var state: StateOptions

  func validate() throws {
    if list != nil, properties != nil { throw ValidationError("specify either --list or --properties") }
  }

  func run() async throws {
    let binary = try QEMUBinary(finding: binary ?? QEMUBinary.hostName)
    let capabilities = try await binary.capabilities(cachedIn: state.directory)
    if let properties { return try show(propertiesOf: properties, capabilities) }
    if let list { return show(list, capabilities) }
    if format.format != .table { return Output.document(capabilities.json, format.format) }
    summarise(capabilities, binary)
  }

  private func summarise(_ capabilities: BinaryCapabilities, _ binary: QEMUBinary) {
    Output.line("\(binary.path): QEMU \(capabilities.version) for \(capabilities.architecture)")
    Output.table(
      Kind.allCases.map { kind in
        let names = names(kind, capabilities)
        return [kind.rawValue, "\(names.count)", kind == .accelerators ? names.joined(separator: " ") : ""]
      })
    let silent =
      (capabilities.machines.mapValues(\.properties).filter { $0.value == nil }.map(\.key)
      + capabilities.devices.mapValues(\.properties).filter { $0.value == nil }.map(\.key)).sorted()
    if !silent.isEmpty {
      Output.line(
        "this binary crashes if it is queried for the properties of: \(silent.joined(separator: " "))")
    }
  }

  private func names(_ kind: Kind, _ capabilities: BinaryCapabilities) -> [String] {
    switch kind {
    case .options: capabilities.options.sorted()
    case .accelerators: capabilities.accelerators.keys.sorted()
    case .machines: capabilities.machines.keys.sorted()
    case .cpuModels: capabilities.models.keys.sorted()
    case .devices: capabilities.devices.filter(\.value.isUserCreatable).keys.sorted()
    }
  }

  private func show(_ kind: Kind, _ capabilities: BinaryCapabilities) {
    let names = names(kind, capabilities)
    if format.format != .table {
      return Output.document([kind.rawValue: .array(names.map { .string($0) })], format.format)
    }
    for name in names {
      let remark = remark(kind, name, capabilities)
      Output.line(remark.isEmpty ? name : "\(name)  \(remark)")
    }
  }

  private func remark(_ kind: Kind, _ name: String, _ capabilities: BinaryCapabilities) -> String {
    let words: [String?] =
      switch kind {
      case .machines:
        [
          capabilities.machines[name]?.alias.map { "(\($0))" },
          capabilities.machines[name]?.isDeprecated == true ? "deprecated" : nil,
        ]
      case .cpuModels: [capabilities.models[name]?.isDeprecated == true ? "deprecated" : nil]
      case .devices:
        [
          capabilities.devices[name]?.alias.map { "(\($0))" },
          capabilities.devices[name]?.bus.map { "on \($0)" },
        ]
      case .options, .accelerators: []
      }
    return words.compactMap(\.self).joined(separator: " ")
  }

  private func show(propertiesOf name: String, _ capabilities: BinaryCapabilities) throws {
    let properties =
      capabilities.accelerators[name] ?? capabilities.machine(name)?.properties
      ?? capabilities.features(of: name) ?? capabilities.device(name)?.properties
    guard let properties else {
      throw ValidationError(
        "\(quoted(name)) is not an accelerator, a machine, a device or a CPU model of this binary")
    }
    let sorted = properties.sorted { $0.key < $1.key }
    if format.format != .table {
      let types = JSONObject(sorted.map { ($0.key, .string($0.value)) })
      return Output.document(["name": .string(name), "properties": .object(types)], format.format)
    }
    Output.table([["PROPERTY", "TYPE"]] + sorted.map { [$0.key, $0.value] })
  }
}
