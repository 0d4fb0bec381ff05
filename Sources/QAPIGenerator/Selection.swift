/// What of the schema is generated; the types that it needs come with it.
struct Selection {
  var commands: Set<String>
  var events: Set<String>

  /// What the package offers.
  static let standard = Selection(
    commands: [
      "qmp_capabilities", "query-status", "query-version", "query-name", "query-uuid", "query-commands",
      "query-kvm", "query-accelerators", "query-cpus-fast", "query-machines", "query-cpu-definitions",
      "query-hotpluggable-cpus", "query-memory-size-summary", "query-memory-devices", "query-memdev",
      "query-stats", "query-fdsets", "query-chardev", "qom-get", "qom-list", "qom-list-get",
      "qom-list-types", "qom-list-properties", "device-list-properties", "x-query-jit", "x-accel-stats",
      "human-monitor-command", "cont", "stop", "system_powerdown", "system_reset", "system_wakeup", "quit",
      "getfd", "closefd", "add-fd", "remove-fd",
    ],
    events: [
      "SHUTDOWN", "POWERDOWN", "RESET", "STOP", "RESUME", "GUEST_PANICKED", "WATCHDOG", "DEVICE_DELETED",
      "SUSPEND", "WAKEUP", "BLOCK_IO_ERROR",
    ])
}

extension Schema {
  /// The schema with what is selected and the types that it reaches, and nothing else.
  func restricted(to selection: Selection) throws(GeneratorError) -> Schema {
    var result = self
    result.commands = commands.filter { selection.commands.contains($0.name) }
    result.events = events.filter { selection.events.contains($0.name) }
    let known = Set(commands.map(\.name) + events.map(\.name))
    let absent = selection.commands.union(selection.events).subtracting(known)
    guard absent.isEmpty else {
      throw GeneratorError("the schema lacks \(absent.sorted().joined(separator: ", "))")
    }
    var reached: Set<String> = []
    for command in result.commands {
      try reach(command.arguments, &reached)
      if let response = command.response { try reach(response.innermost, &reached) }
    }
    for event in result.events { try reach(event.arguments, &reached) }
    result.types = types.filter { reached.contains($0.key) }
    return result
  }

  private func reach(_ arguments: Arguments, _ reached: inout Set<String>) throws(GeneratorError) {
    switch arguments {
    case .members(let members):
      for member in members { try reach(member.type.innermost, &reached) }
    case .type(let name): try reach(name, &reached)
    }
  }

  private func reach(_ name: String, _ reached: inout Set<String>) throws(GeneratorError) {
    if Builtins.swiftNames[name] != nil || !reached.insert(name).inserted { return }
    for reference in try references(of: try type(name)) { try reach(reference, &reached) }
  }

  private func references(of type: TypeDefinition) throws(GeneratorError) -> [String] {
    switch type.kind {
    case .enumeration: []
    case .structure(let base, let members):
      try flatMembers(base: base, own: members).map(\.type.innermost)
    case .union(let union):
      try flatMembers(base: union.base, own: union.members).map(\.type.innermost)
        + [union.discriminatorType] + union.branches.map(\.type)
    case .alternate(let alternatives): alternatives.map(\.type.innermost)
    }
  }
}
