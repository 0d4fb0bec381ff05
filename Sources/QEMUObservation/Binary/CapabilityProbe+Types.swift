import QAPI
package import QEMUCommandLine
package import QEMUDiagnosis
package import QEMUJSON
import QMP

// MARK: - References

extension CapabilityProbe {
  /// Returns the kind of backend that each property in a reply refers to. Only the property's description has it.
  package static func references(in list: JSON) -> [String: String] {
    Dictionary(
      (list.arrayValue ?? []).compactMap { property in
        guard let name = property["name"]?.stringValue,
          let kind = kind(described: property["description"]?.stringValue ?? "")
        else { return nil }
        return (name, kind)
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Returns the kind of backend in a description, such as `ID of a netdev to use as a backend` or
  /// `Node name or ID of a block device to use as a backend`; nil for any other text.
  private static func kind(described description: String) -> String? {
    guard description.hasSuffix(" to use as a backend") else { return nil }
    if description.hasPrefix("Node name or ID of a block device") { return "drive" }
    let words = description.split(separator: " ")
    guard words.count > 3, words[0] == "ID", words[1] == "of" else { return nil }
    return words[3] == "tpm" ? "tpmdev" : String(words[3])
  }
}

// MARK: - Types

extension CapabilityProbe {
  /// Returns the types that implement each target of a link, each type of bus, and `user-creatable`.
  package mutating func implementers(
    of capabilities: BinaryCapabilities
  ) async throws(LifecycleError) -> [String: Set<String>] {
    let properties =
      capabilities.devices.values.compactMap(\.properties)
      + capabilities.machines.values.compactMap(\.properties)
    let links = properties.flatMap { $0.values.compactMap(Self.target) }
    let types = Set(links + capabilities.devices.values.compactMap(\.bus) + ["user-creatable"]).sorted()
    let replies = try await session().executeAll(
      types.map { ("qom-list-types", ["implements": .string($0), "abstract": false]) }, timeout: .seconds(30)
    )
    return Dictionary(
      zip(types, replies).compactMap { type, reply in
        guard case .success(let list) = reply else { return nil }
        return (type, Set((list.arrayValue ?? []).compactMap { $0["name"]?.stringValue }))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Returns the target of the type of a link, such as `link<iothread>`; nil for any other type.
  private static func target(of type: String) -> String? {
    type.hasPrefix("link<") ? String(type.dropFirst(5).dropLast()) : nil
  }
}

// MARK: - Backends

/// The backends of options, from the lists that their help prints.
enum BackendLists {
  private static let questions = [
    "audiodev": ["-audiodev", "help"], "chardev": ["-chardev", "help"], "display": ["-display", "help"],
    "drive": ["-drive", "format=help"], "netdev": ["-netdev", "help"], "vga": ["-vga", "help"],
  ]

  static func all(of binary: QEMUBinary) async throws(LifecycleError) -> [String: Set<String>] {
    var lists: [String: Set<String>] = [:]
    for (option, words) in questions {
      lists[option] = names(in: try await BinaryProfile.run(binary, ["-machine", "none"] + words).text)
    }
    return lists
  }

  /// Returns the names in such a list: on the line of the heading or on the lines below it, among messages about
  /// modules that are not installed.
  private static func names(in text: String) -> Set<String> {
    var names: Set<String> = []
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("qemu") {
      if line.isEmpty || line.hasPrefix("Some ") || line.hasPrefix("-display ") || line.hasPrefix("For ") {
        continue
      }
      guard let colon = line.firstIndex(of: ":") else {
        // A graphics adapter is followed by its description.
        if let name = line.split(separator: " ").first { names.insert(String(name)) }
        continue
      }
      names.formUnion(line[line.index(after: colon)...].split(separator: " ").map(String.init))
    }
    return names
  }
}

// MARK: - Buses

extension QEMUBinary {
  /// Starts QEMU paused with the machine type of a command line, and adds the buses of that type; if it does not start,
  /// nothing is added.
  package func addBuses(to capabilities: inout BinaryCapabilities, of configuration: QEMUConfiguration) async
  {
    guard let name = capabilities.machineName(of: configuration), capabilities.machines[name]?.buses == nil
    else {
      return
    }
    let accelerator = capabilities.accelerators["qtest"] == nil ? "tcg" : "qtest"
    guard
      let probe = try? await QEMUProbe.start(
        path, ["-machine", name, "-accel", accelerator, "-nodefaults", "-no-user-config"])
    else { return }
    if (try? await probe.negotiate(timeout: .seconds(30))) != nil,
      let tree = try? await probe.session.execute(HumanMonitorCommand(commandLine: "info qtree"))
    {
      capabilities.machines[name]?.buses = Self.buses(in: tree)
    }
    await probe.end()
  }

  /// Reads the buses of `info qtree`: a line `bus: pci.0`, and below it `type PCI`.
  private static func buses(in tree: String) -> [BinaryCapabilities.Bus] {
    var buses: [BinaryCapabilities.Bus] = []
    var name = ""
    for line in tree.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == "bus:" { name = String(words[1]) }
      if words.count == 2, words[0] == "type" {
        buses.append(BinaryCapabilities.Bus(name: name, type: String(words[1])))
      }
    }
    return buses
  }
}
