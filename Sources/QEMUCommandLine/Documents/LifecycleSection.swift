import QEMUJSON

/// The section of a configuration that specifies how a virtual machine is run.
public struct LifecycleSection: Sendable, Hashable {
  /// The ends after which QEMU is started again.
  public enum Restart: String, Sendable, Hashable, CaseIterable {
    /// None.
    case never
    /// Crashes, panics and other failures.
    case onFailure = "on-failure"
    /// All that nobody requested.
    case always
  }

  /// The delays between restarts, and their limit; nil members are not given.
  public struct Backoff: Sendable, Hashable {
    /// The delay before the first restart.
    public var from: Duration?
    /// The longest delay.
    public var to: Duration?
    /// The number of restarts within a time after which there is no further one.
    public var giveUp: GiveUp?
  }

  /// A number of restarts within a time: `5 in 10m`.
  public struct GiveUp: Sendable, Hashable {
    /// The number of restarts.
    public var count: Int
    /// The time.
    public var window: Duration
  }

  /// A step of a stop.
  public enum Step: String, Sendable, Hashable, CaseIterable {
    /// A request to the guest to power off. QMP: `system_powerdown`
    case powerdown
    /// A request to QEMU to exit. QMP: `quit`
    case quit
    /// SIGTERM.
    case terminate
  }

  /// The QMP commands that clients may execute.
  public enum AllowedCommands: Sendable, Hashable {
    /// All commands.
    case all
    /// The commands with these names.
    case named([String])
  }

  /// The user that QEMU switches to before its guest runs, a name or `UID:GID`; nil if it is not given.
  public var user: String?
  /// The ends after which QEMU is started again; nil if it is not given.
  public var restart: Restart?
  /// The delays between restarts; nil if they are not given.
  public var backoff: Backoff?
  /// The steps of a stop with their timeouts; nil if they are not given. A step that is missing is skipped.
  public var stop: [Step: Duration]?
  /// The QMP commands that clients may execute in addition; nil if they are not given.
  public var allowedCommands: AllowedCommands?
  /// The keys that are known and that this version ignores.
  public var ignored: [String] = []

  static let ignoredKeys = ["autostart", "limits"]
  static let keys = ["backoff", "qmp", "restart", "stop", "user"] + ignoredKeys
}

extension ConfigurationDocument {
  /// Returns the section `lifecycle`; nil if there is none.
  /// - Throws: ``CommandLineError`` `malformedDocument` with the place if a key is unknown or a value is malformed.
  public func lifecycle() throws(CommandLineError) -> LifecycleSection? {
    guard let value = root[Section.lifecycle.rawValue] else { return nil }
    do throws(LifecycleFault) {
      return try LifecycleSection(json: value)
    } catch {
      throw Self.malformed(error.summary, places[Section.lifecycle.rawValue], remedy: error.remedy)
    }
  }
}

/// A fault in the section.
private struct LifecycleFault: Error {
  let summary: String
  let remedy: String

  init(_ summary: String, remedy: String) {
    self.summary = summary
    self.remedy = remedy
  }
}

extension LifecycleSection {
  fileprivate init(json: JSON) throws(LifecycleFault) {
    let object = try members(json, "lifecycle", Self.keys, example: "lifecycle: {user: NAME}")
    user = try object["user"].map { value throws(LifecycleFault) in
      guard let name = value.stringValue, !name.isEmpty else {
        throw LifecycleFault(
          "lifecycle.user is not a user's name or \"UID:GID\", in quotes",
          remedy: "write lifecycle: {user: NAME}")
      }
      return name
    }
    restart = try object["restart"].map(Restart.init(json:))
    backoff = try object["backoff"].map(Backoff.init(json:))
    stop = try object["stop"].map(steps)
    allowedCommands = try object["qmp"].map(AllowedCommands.init(json:))
    ignored = object.names.filter(Self.ignoredKeys.contains)
  }
}

extension LifecycleSection.Restart {
  fileprivate init(json: JSON) throws(LifecycleFault) {
    guard let value = json.stringValue.flatMap(Self.init(rawValue:)) else {
      throw LifecycleFault(
        "lifecycle.restart is none of \(Self.allCases.map(\.rawValue).joined(separator: ", "))",
        remedy: "write lifecycle: {restart: on-failure}")
    }
    self = value
  }
}

extension LifecycleSection.Backoff {
  fileprivate init(json: JSON) throws(LifecycleFault) {
    let example = "backoff: {from: 1s, to: 60s, give-up: 5 in 10m}"
    let object = try members(json, "lifecycle.backoff", ["from", "to", "give-up"], example: example)
    from = try object["from"].map { value throws(LifecycleFault) in try time(value, "backoff.from") }
    to = try object["to"].map { value throws(LifecycleFault) in try time(value, "backoff.to") }
    giveUp = try object["give-up"].map(LifecycleSection.GiveUp.init(json:))
    if let from, let to, from > to {
      throw LifecycleFault(
        "lifecycle.backoff.from is longer than lifecycle.backoff.to", remedy: "write \(example)")
    }
  }
}

extension LifecycleSection.GiveUp {
  fileprivate init(json: JSON) throws(LifecycleFault) {
    let words = (json.stringValue ?? "").split(separator: " ")
    guard words.count == 3, words[1] == "in", let count = Int(words[0]), count > 0,
      let window = Duration(timeText: String(words[2])), window > .zero
    else {
      throw LifecycleFault(
        "lifecycle.backoff.give-up is not a number of restarts in a time", remedy: "write give-up: 5 in 10m")
    }
    self.init(count: count, window: window)
  }
}

extension LifecycleSection.AllowedCommands {
  fileprivate init(json: JSON) throws(LifecycleFault) {
    let object = try members(json, "lifecycle.qmp", ["allow"], example: "qmp: {allow: [blockdev-add]}")
    let value = object["allow"]
    let names = (value?.arrayValue ?? []).compactMap(\.stringValue)
    if value?.stringValue == "all" {
      self = .all
    } else if let elements = value?.arrayValue, elements.count == names.count {
      self = .named(names)
    } else {
      throw LifecycleFault(
        "lifecycle.qmp.allow is neither all nor a list of QMP commands",
        remedy: "write qmp: {allow: [blockdev-add]}")
    }
  }
}

/// Reads the steps of a stop, in their order.
private func steps(_ json: JSON) throws(LifecycleFault) -> [LifecycleSection.Step: Duration] {
  let remedy = "write stop: [{powerdown: 30s}, {quit: 5s}, {terminate: 5s}]; SIGKILL follows in any case"
  guard let elements = json.arrayValue else {
    throw LifecycleFault("lifecycle.stop is not a list of steps", remedy: remedy)
  }
  var steps: [LifecycleSection.Step: Duration] = [:]
  var last = -1
  for element in elements {
    let members = element.objectValue ?? [:]
    guard members.count == 1, let name = members.names.first, let value = members[name],
      let place = LifecycleSection.Step.allCases.firstIndex(where: { $0.rawValue == name })
    else {
      throw LifecycleFault(
        "lifecycle.stop has a step that is not powerdown, quit or terminate", remedy: remedy)
    }
    guard place > last else {
      throw LifecycleFault("lifecycle.stop has \(name) after a later step", remedy: remedy)
    }
    last = place
    steps[LifecycleSection.Step.allCases[place]] = try time(value, "stop.\(name)")
  }
  return steps
}

/// Returns the members of a mapping that has no unknown keys.
private func members(
  _ json: JSON, _ place: String, _ keys: [String], example: String
) throws(LifecycleFault) -> JSONObject {
  guard let object = json.objectValue else {
    throw LifecycleFault("\(place) is not a mapping", remedy: "write \(example)")
  }
  if let unknown = object.names.first(where: { !keys.contains($0) }) {
    throw LifecycleFault(
      "\(place) has no key \"\(unknown)\"; its keys are \(keys.sorted().joined(separator: ", "))",
      remedy: "write \(example)")
  }
  return object
}

private func time(_ json: JSON, _ place: String) throws(LifecycleFault) -> Duration {
  let text = json.stringValue ?? json.integerValue.map(String.init) ?? ""
  guard let time = Duration(timeText: text) else {
    throw LifecycleFault(
      "lifecycle.\(place) is not a time", remedy: "write a number with ms, s, m or h, such as 30s")
  }
  return time
}
