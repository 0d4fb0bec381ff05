import QAPI
import QEMUCommandLine
import QEMUJSON
import QMP

/// Asks one binary; starts it anew where a question ends it.
struct CapabilityProbe {
  let binary: QEMUBinary
  private var qemu: QEMUProbe?
  private var deaths = 0
  /// The kinds of backend that properties of the devices asked so far name.
  private var references: [String: String] = [:]

  private static let deadline = Duration.seconds(30)
  /// More than this, and it is the binary that is broken, not a type.
  private static let toleratedDeaths = 64

  init(binary: QEMUBinary) { self.binary = binary }

  mutating func capabilities() async throws(LifecycleError) -> BinaryCapabilities {
    let help = await BinaryProfile.run(binary, ["-help"])
    let logHelp = await BinaryProfile.run(binary, ["-d", "help"])
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
    capabilities.backends = await BackendLists.all(of: binary)
    return capabilities
  }

  /// What `-help` lists: `-fda/-fdb file`, `-h or -help`; and what it keeps to itself.
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

  /// Between a heading and a hint, each line has a name, spaces and what it is.
  private static func logItems(_ help: String) -> Set<String> {
    let names = help.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
      line.hasPrefix(" ") || line.hasPrefix("Use ") ? nil : line.split(separator: " ").first.map(String.init)
    }
    return names.isEmpty ? [] : Set(names).union(["all"])
  }
}

// MARK: - What is asked

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
    let models = try await ask(QueryCPUDefinitions())
    return Dictionary(
      models.map {
        ($0.name, BinaryCapabilities.Model(typeName: $0.typename, isDeprecated: $0.deprecated))
      }, uniquingKeysWith: { $1 })
  }

  /// What -device takes is in no reply but that to people; the properties are in one for programs.
  private mutating func devices() async throws(LifecycleError) -> [String: BinaryCapabilities.Device] {
    let text = try await ask(HumanMonitorCommand(commandLine: "info qdm"))
    var devices = Dictionary(
      text.split(whereSeparator: \.isNewline).compactMap { Self.device(String($0)) }, uniquingKeysWith: { $1 }
    )
    let properties = try await properties(of: devices.keys.sorted(), by: "device-list-properties")
    for name in devices.keys { devices[name]?.properties = properties[name] ?? nil }
    return devices
  }

  /// `name "virtio-blk-pci", bus PCI, alias "virtio-blk", desc "…", no-user`
  private static func device(_ line: String) -> (String, BinaryCapabilities.Device)? {
    guard line.hasPrefix("name \""), let name = quoted(line[...]) else { return nil }
    // A description may hold anything, and only "no-user" stands behind it.
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

// MARK: - Asking

extension CapabilityProbe {
  /// The properties of each type; nil for one that ended the binary.
  private mutating func properties(
    of types: [String], by command: String
  ) async throws(LifecycleError) -> [String: [String: String]?] {
    var result: [String: [String: String]?] = [:]
    var rest = types[...]
    // Of a binary that ends, replies that it had written get lost: the next one is asked alone, to be sure.
    var isSuspected = false
    while !rest.isEmpty {
      let asked = isSuspected ? rest.prefix(1) : rest
      let session = try await session()
      let replies = await session.executeAll(
        asked.map { (name: command, arguments: ["typename": .string($0)]) }, deadline: Self.deadline)
      var answered = 0
      for (type, reply) in zip(asked, replies) {
        guard let properties = try Self.properties(reply) else { break }
        result[type] = properties
        if case .success(let list) = reply {
          references.merge(Self.references(in: list)) { first, _ in first }
        }
        answered += 1
      }
      rest = rest.dropFirst(answered)
      let hasEnded = answered < asked.count
      if hasEnded {
        if isSuspected, let fatal = rest.popFirst() { result[fatal] = .some(nil) }
        try await restart()
      }
      isSuspected = hasEnded && !isSuspected
    }
    return result
  }

  /// - Returns: nil where the binary ended; nothing for a type that it does not list.
  private static func properties(_ reply: Result<JSON, QMPError>) throws(LifecycleError) -> [String: String]?
  {
    switch reply {
    case .success(let list):
      return Dictionary(
        (list.arrayValue ?? []).map { ($0["name"]?.stringValue ?? "", $0["type"]?.stringValue ?? "") },
        uniquingKeysWith: { $1 })
    case .failure(let error):
      if error.code == .refused { return [:] }
      if error.code == .connectionLost { return nil }
      throw failure(error)
    }
  }

  private mutating func ask<Command: QAPICommand>(
    _ command: Command
  ) async throws(LifecycleError) -> Command.Response {
    let session = try await session()
    do throws(QMPError) { return try await session.execute(command) } catch { throw Self.failure(error) }
  }

  private mutating func reply(to command: String) async throws(LifecycleError) -> JSON {
    let session = try await session()
    do throws(QMPError) { return try await session.execute(command) } catch { throw Self.failure(error) }
  }

  mutating func session() async throws(LifecycleError) -> QMPSession {
    if qemu == nil { _ = try await start() }
    guard let qemu else { throw Self.failure(QMPError(.connectionLost, "the binary did not start")) }
    return qemu.session
  }

  private mutating func restart() async throws(LifecycleError) {
    deaths += 1
    await qemu?.end()
    qemu = nil
    if deaths > Self.toleratedDeaths {
      throw LifecycleError(
        .startFailed, "\"\(binary.path)\" ends again and again when it is asked what it has",
        remedy: "use another QEMU")
    }
  }

  /// - Returns: the version.
  private mutating func start() async throws(LifecycleError) -> String {
    let probe: QEMUProbe
    do throws(SystemError) {
      probe = try QEMUProbe(binary.path, ["-machine", "none", "-nodefaults", "-no-user-config"])
    } catch {
      throw LifecycleError(
        .binaryUnusable, "\(error)", remedy: "name a program that this host can execute with --qemu")
    }
    qemu = probe
    do throws(QMPError) {
      return try await probe.negotiate(deadline: Self.deadline).version
    } catch {
      let words = probe.standardError
      await probe.end()
      if error.code == .cancelled || error.code == .timedOut { throw Self.failure(error) }
      throw LifecycleError(
        .notQEMU, "\"\(binary.path)\" is not a QEMU that can be asked: \(error.summary)",
        evidence: words.isEmpty ? [] : [String(words.prefix(2000))],
        remedy: "name a qemu-system program with --qemu")
    }
  }

  private static func failure(_ error: QMPError) -> LifecycleError {
    let code: LifecycleError.Code =
      switch error.code {
      case .cancelled: .cancelled
      case .timedOut: .timedOut
      default: .startFailed
      }
    return LifecycleError(
      code, "the binary could not be asked what it has: \(error.summary)", evidence: error.evidence,
      remedy: error.remedy)
  }
}
