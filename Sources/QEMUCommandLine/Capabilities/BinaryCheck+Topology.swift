import QEMUJSON

// MARK: - CPUs

extension BinaryCheck {
  /// The levels of a topology, from the largest to the smallest.
  private static let levels = [
    "drawers", "books", "sockets", "dies", "clusters", "modules", "cores", "threads",
  ]

  /// Checks the numbers of CPUs as QEMU computes them.
  func topologyFindings() -> [CheckFinding] {
    guard let smp = configuration.smp, !configuration.has("readconfig") else { return [] }
    var numbers: [String: UInt64] = [:]
    for assignment in smp.assignments {
      guard let number = UInt64(assignment.text) else { return [] }
      numbers[assignment.name] = number
    }
    if let zero = numbers.first(where: { $0.value == 0 }), capabilities.isAtLeast(9, 0) {
      return [refused("smp", "\(zero.key) is 0", "remove it, or specify 1 or more")]
    }
    let given = numbers.filter { $0.value > 0 }
    return sum(given)
  }

  private func sum(_ given: [String: UInt64]) -> [CheckFinding] {
    let product = Self.levels.reduce(UInt64(1)) {
      $0.multipliedReportingOverflow(by: given[$1] ?? 1).partialValue
    }
    guard let limit = given["maxcpus"] ?? given["cpus"] else { return maximum(product) }
    let hasOmittedLevel = ["sockets", "cores", "threads"].contains { given[$0] == nil }
    if hasOmittedLevel ? product == 0 || limit % product != 0 : product != limit {
      return [
        refused(
          "smp", "the topology has \(product) CPUs, but \(limit) are specified",
          "make the product of sockets, dies, cores and threads equal to maxcpus, or remove one of them")
      ]
    }
    if let cpus = given["cpus"], let most = given["maxcpus"], cpus > most {
      return [refused("smp", "maxcpus=\(most) is less than the \(cpus) initial CPUs", "raise maxcpus")]
    }
    return maximum(limit)
  }

  private func maximum(_ count: UInt64) -> [CheckFinding] {
    guard let name = capabilities.machineName(of: configuration), let machine = capabilities.machines[name],
      machine.maximumCPUs > 0, count > UInt64(machine.maximumCPUs)
    else { return [] }
    return [
      refused(
        "smp", "the machine type \(name) has at most \(machine.maximumCPUs) CPUs, not \(count)",
        "specify fewer")
    ]
  }

  private func refused(_ property: String, _ summary: String, _ remedy: String) -> CheckFinding {
    CheckFinding(.refused, .valueOutOfRange, "-\(property): \(summary)", property: property, remedy: remedy)
  }
}

// MARK: - Memory

extension BinaryCheck {
  private static func bytes(_ text: String?) -> UInt64? {
    text.flatMap { ByteCount(propertyText: $0, bareUnit: 1 << 20)?.bytes }
  }

  /// Checks the sizes of initial and hotpluggable memory, of the backend, and of the NUMA nodes.
  func memoryFindings() -> [CheckFinding] {
    guard let memory = configuration.memory, !configuration.has("readconfig") else {
      return nodeFindings(nil)
    }
    let size = Self.bytes(memory["size"])
    var findings: [CheckFinding] = []
    let most = memory["maxmem"].flatMap { ByteCount(propertyText: $0)?.bytes }
    if memory["slots"].map({ $0 != "0" }) ?? false, memory["maxmem"] == nil {
      findings.append(refused("m", "slots= needs maxmem=", "write -m SIZE,slots=N,maxmem=SIZE"))
    }
    if let size, let most, most < size {
      findings.append(
        refused("m", "maxmem is less than the initial memory", "raise maxmem, or lower the size"))
    }
    return findings + backendFindings(size) + nodeFindings(size)
  }

  private func backendFindings(_ size: UInt64?) -> [CheckFinding] {
    guard let size, let id = machine["memory-backend"], let backend = backendSize(id), backend != size else {
      return []
    }
    return [
      refused(
        "m", "the machine's memory has \(size) bytes, but its backend \(id.prefix(80)) has \(backend)",
        "make -m and the size of the backend equal")
    ]
  }

  private func backendSize(_ id: String) -> UInt64? {
    let object = configuration.occurrences.first { $0.option == "object" && $0.id == id }
    return (object?.argument as? any SchemaArgument)?.members?["size"]?.unsignedValue
  }

  /// Checks that the memory of all NUMA nodes adds up to the machine's.
  private func nodeFindings(_ size: UInt64?) -> [CheckFinding] {
    let all = configuration.occurrences.filter { $0.option == "numa" }.compactMap {
      ($0.argument as? any SchemaArgument)?.members
    }
    let nodes = all.filter { $0["type"]?.stringValue == "node" }
    let backends = nodes.compactMap { $0["memdev"]?.stringValue }
    if nodes.isEmpty || configuration.has("readconfig") { return [] }
    let sizes = backends.compactMap(backendSize)
    guard backends.count == sizes.count,
      let size = size ?? (machine["memory-backend"] == nil ? 128 << 20 : nil),
      ["x86_64", "i386"].contains(capabilities.architecture)
    else { return [] }
    let given = nodes.compactMap { $0["mem"]?.unsignedValue }
    let total = (sizes + given).reduce(UInt64(0)) { $0.addingReportingOverflow($1).partialValue }
    if total == size || (total == 0 && capabilities.machineName(of: configuration) == "none") { return [] }
    return [
      refused(
        "numa", "the nodes have \(total) bytes of memory, but the machine has \(size)",
        "make the sizes of the nodes' backends add up to the size of -m")
    ]
  }
}
