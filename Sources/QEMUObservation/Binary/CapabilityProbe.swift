import QAPI
package import QEMUCommandLine
package import QEMUDiagnosis
import QEMUJSON
import QMP

/// A probe that queries the capabilities of a binary, and starts it again if a query makes it exit.
package struct CapabilityProbe {
  package let binary: QEMUBinary
  package var qemu: QEMUProbe?
  var deaths = 0
  /// The kind of backend that each property refers to, of the types that have been queried.
  package var references: [String: String] = [:]

  package static let timeout = Duration.seconds(30)
  /// The maximum number of exits: with more, the binary is broken, and not single types.
  static let toleratedDeaths = 64

  package init(binary: QEMUBinary) { self.binary = binary }

  package mutating func capabilities() async throws(LifecycleError) -> BinaryCapabilities {
    let help = try await BinaryProfile.run(binary, ["-help"]).text
    let logHelp = try await BinaryProfile.run(binary, ["-d", "help"]).text
    let version = try await start()
    let devices = try await devices()
    let machines = try await machines()
    var capabilities = BinaryCapabilities(
      version: version, architecture: try await ask(QueryTarget()).arch.text,
      options: Self.options(help), parameters: try await parameters(), logItems: Self.logItems(logHelp),
      accelerators: try await accelerators(), machines: machines, models: try await models(),
      devices: devices,
      schema: LiveSchema(entities: try await reply(to: "query-qmp-schema").arrayValue ?? []))
    capabilities.references = references
    capabilities.implementers = try await implementers(of: capabilities)
    await qemu?.end()
    capabilities.backends = try await BackendLists.all(of: binary)
    return capabilities
  }

  /// Returns the options that `-help` lists (`-fda/-fdb file`, `-h or -help`), and those that it omits.
  private static func options(_ help: String) -> Set<String> {
    var names: Set<String> = ["qtest", "qtest-log"]
    for line in help.split(separator: "\n") where line.hasPrefix("-") {
      let words = line.split(separator: " ", maxSplits: 3)
      let spelled = words.count > 2 && words[1] == "or" ? [words[0], words[2]] : [words[0]]
      for word in spelled.flatMap({ $0.split(separator: "/") }) {
        names.insert(String(word.drop { $0 == "-" }))
      }
    }
    return names.union(names.flatMap { OptionTable.declaration($0)?.aliases ?? [] })
  }

  /// Returns the names in the list of `-d help`: between a heading and a hint, each line has a name and a description.
  private static func logItems(_ help: String) -> Set<String> {
    let names = help.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
      line.hasPrefix(" ") || line.hasPrefix("Use ") ? nil : line.split(separator: " ").first.map(String.init)
    }
    return names.isEmpty ? [] : Set(names).union(["all"])
  }
}

// MARK: - Queries

extension CapabilityProbe {
  private mutating func parameters() async throws(LifecycleError) -> [String: [String: String]] {
    let options = try await ask(QueryCommandLineOptions())
    return Dictionary(
      options.map { option in
        (
          option.option,
          Dictionary(
            option.parameters.map { ($0.name, $0.type.text) }, uniquingKeysWith: { first, _ in first })
        )
      }, uniquingKeysWith: { $0.merging($1) { first, _ in first } })
  }

  private mutating func accelerators() async throws(LifecycleError) -> [String: [String: String]] {
    var result: [String: [String: String]] = [:]
    let types = try await types(implementing: "accel")
    for (type, properties) in try await properties(of: types, by: "qom-list-properties")
    where type.hasSuffix("-accel") {
      result[String(type.dropLast("-accel".count))] = properties ?? [:]
    }
    return result
  }

  private mutating func machines() async throws(LifecycleError) -> [String: BinaryCapabilities.Machine] {
    let machines = try await ask(QueryMachines())
    let properties = try await properties(
      of: machines.map { "\($0.name)-machine" }, by: "qom-list-properties")
    return Dictionary(
      machines.map { machine in
        (
          machine.name,
          BinaryCapabilities.Machine(
            alias: machine.alias, isDeprecated: machine.deprecated, maximumCPUs: Int(machine.cpuMax),
            isDefault: machine.isDefault ?? false, properties: properties["\(machine.name)-machine"] ?? nil)
        )
      }, uniquingKeysWith: { $1 })
  }

  private mutating func models() async throws(LifecycleError) -> [String: BinaryCapabilities.Model] {
    let session = try await session()
    do throws(QMPError) {
      let models = try await session.execute(QueryCPUDefinitions())
      return Dictionary(
        models.map {
          ($0.name, BinaryCapabilities.Model(typeName: $0.typename, isDeprecated: $0.deprecated))
        }, uniquingKeysWith: { $1 })
    } catch {
      if !error.isCommandNotFound { throw Self.failure(error) }
    }
    // Some architectures lack the command, such as riscv before 8.2. The name of a type ends with the architecture.
    let types = try await types(implementing: "cpu")
    return Dictionary(
      types.compactMap { type in
        let parts = type.split(separator: "-")
        guard parts.count > 2, parts.last == "cpu" else { return nil }
        return (
          parts.dropLast(2).joined(separator: "-"),
          BinaryCapabilities.Model(typeName: type, isDeprecated: false)
        )
      }, uniquingKeysWith: { $1 })
  }

  /// Reads the device types from the text of `info qdm`, because no QMP query lists them, and their properties from
  /// QMP.
  private mutating func devices() async throws(LifecycleError) -> [String: BinaryCapabilities.Device] {
    let text = try await ask(HumanMonitorCommand(commandLine: "info qdm"))
    var devices = Dictionary(
      text.split(whereSeparator: \.isNewline).compactMap { Self.device(String($0)) }, uniquingKeysWith: { $1 }
    )
    let properties = try await properties(of: devices.keys.sorted(), by: "device-list-properties")
    for name in devices.keys { devices[name]?.properties = properties[name] ?? nil }
    return devices
  }

  /// Reads a line such as `name "virtio-blk-pci", bus PCI, alias "virtio-blk", desc "…", no-user`.
  private static func device(_ line: String) -> (String, BinaryCapabilities.Device)? {
    guard line.hasPrefix("name \""), let name = quoted(line[...]) else { return nil }
    // A description can be any text, and only "no-user" follows it.
    let head = line.firstRange(of: ", desc \"").map { line[..<$0.lowerBound] } ?? line[...]
    let alias = head.firstRange(of: ", alias \"").flatMap { quoted(head[$0.lowerBound...]) }
    let bus = head.firstRange(of: ", bus ").map { String(head[$0.upperBound...].prefix { $0 != "," }) }
    return (
      name,
      BinaryCapabilities.Device(alias: alias, bus: bus, isUserCreatable: !line.hasSuffix(", no-user"))
    )
  }

  private static func quoted(_ text: Substring) -> String? {
    let parts = text.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
    return parts.count == 3 ? String(parts[1]) : nil
  }

  private mutating func types(implementing type: String) async throws(LifecycleError) -> [String] {
    try await ask(QOMListTypes(implements: type, abstract: false)).map(\.name)
  }
}
