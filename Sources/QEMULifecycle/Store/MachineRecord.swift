public import LinuxSystem
public import QEMUCommandLine
public import QEMUDiagnosis
import QEMUJSON

/// The record of a virtual machine in its directory, by which later commands find it.
public struct MachineRecord: Sendable, Hashable {
  /// The end of a run, as far as it is known.
  public struct Ending: Sendable, Hashable {
    /// The cause.
    public let cause: Cause
    /// The exit of the process.
    public let end: ProcessEnd
    /// The last lines of QEMU's standard error.
    public let text: String
  }

  /// The virtual machine's name.
  public let name: String
  /// The QEMU process.
  public let process: ProcessIdentity
  /// The file name of the monitor's socket in the directory, different for every run.
  public let socket: String
  /// The path of the QEMU binary.
  public let binary: String
  /// QEMU's version.
  public let version: String
  /// The requested QEMU arguments.
  public var requested: [String]
  /// The QEMU arguments that an unfinished `apply` may have added; empty if there is none.
  public var pending: [String] = []
  /// The argument vector of the process, beginning with the binary.
  public let command: [String]
  /// The time of the start, in seconds since 1970.
  public let started: Int64
  /// The accelerator that ran the guest when it was last verified.
  public var accelerator: AcceleratorName?
  /// The verdict when it was last verified.
  public var verdict: String?
  /// The findings that the user waived at the start.
  public let accepted: [String]
  /// The user of `--user` or of the lifecycle section at the start, which a restart keeps; nil if there is none.
  public var user: String?
  /// The working directory of QEMU, to which its relative paths refer; nil in the records of earlier versions.
  public var directory: String?
  /// The environment variables that the configuration set, each `NAME=VALUE`.
  public var environment: [String] = []
  /// The action on a drift at a start by a command; nil for the default.
  public var driftPolicy: DriftPolicy?
  /// The rules for its supervisor; nil if it has none.
  public var supervision: Supervision?
  /// The end of the run; nil while it is running, or if no command recorded the end.
  public var ending: Ending?
  /// A Boolean value that indicates whether its start is under way, or was interrupted before its guest ran.
  public var isStarting = false
}

extension MachineRecord {
  /// The files of the run.
  var run: RunFiles { RunFiles(file: socket) ?? RunFiles(id: "") }
}

extension MachineRecord {
  /// Reads the record of a virtual machine.
  /// - Throws: ``LifecycleError``: `noSuchMachine`, `stateUnusable`.
  public init(of name: MachineName, in state: StateDirectory) throws(LifecycleError) {
    self = try MachineDirectory(name, in: state).record()
  }

  /// The redaction of the virtual machine's secrets in output.
  public var redaction: Redaction {
    var redaction = Redaction(arguments: command)
    redaction.formUnion(Redaction(arguments: requested))
    redaction.formUnion(Redaction(arguments: pending))
    return redaction
  }
}

extension MachineRecord {
  var json: JSON {
    var object: JSONObject = [
      "name": .string(name), "pid": .integer(Int64(process.pid)), "start-time": JSON(process.startTime),
      "boot-id": .string(process.bootID), "namespaces": .string(process.namespaces),
      "socket": .string(socket), "binary": .string(binary),
      "version": .string(version), "requested": .array(requested.map(JSON.string)),
      "command": .array(command.map(JSON.string)), "started": .integer(started),
      "accepted": .array(accepted.map(JSON.string)),
    ]
    if !pending.isEmpty { object["pending"] = .array(pending.map(JSON.string)) }
    object["accelerator"] = accelerator.map { .string($0.description) }
    object["verdict"] = verdict.map(JSON.string)
    object["user"] = user.map(JSON.string)
    object["policy"] = driftPolicy.map { .string($0.rawValue) }
    object["directory"] = directory.map(JSON.string)
    if !environment.isEmpty { object["environment"] = .array(environment.map(JSON.string)) }
    object["supervision"] = supervision.map { .object($0.json) }
    object["ending"] = ending?.json
    if isStarting { object["starting"] = true }
    return .object(object)
  }

  /// Reads the record of a name; nil if the text is not one.
  init?(text: String, of name: MachineName) {
    guard let json = try? JSON.parse(text) else { return nil }
    self.init(json: json)
    if self.name != name.description || run.socket != socket { return nil }
  }

  init?(json: JSON) {
    guard let name = json["name"]?.stringValue, json["namespaces"].map({ $0.stringValue != nil }) ?? true,
      let pid = json["pid"]?.integerValue.flatMap({ Int32(exactly: $0) }), pid > 0,
      let startTime = json["start-time"]?.unsignedValue, let bootID = json["boot-id"]?.stringValue,
      let socket = json["socket"]?.stringValue, !socket.contains("/"),
      let binary = json["binary"]?.stringValue, let started = json["started"]?.integerValue
    else { return nil }
    self.name = name
    process = ProcessIdentity(
      pid: pid, startTime: startTime, bootID: bootID, namespaces: json["namespaces"]?.stringValue)
    self.socket = socket
    self.binary = binary
    self.started = started
    do throws(WrongType) {
      version = try json.member("version", \.stringValue) ?? ""
      requested = try json.member("requested", \.strings) ?? []
      pending = try json.member("pending", \.strings) ?? []
      command = try json.member("command", \.strings) ?? []
      accepted = try json.member("accepted", \.strings) ?? []
      user = try json.member("user", \.stringValue)
      directory = try json.member("directory", \.stringValue)
      environment = try json.member("environment", \.strings) ?? []
      // These are informative: a wrong type is ignored.
      accelerator = json["accelerator"]?.stringValue.map(AcceleratorName.init(_:))
      verdict = json["verdict"]?.stringValue
      driftPolicy = json["policy"]?.stringValue.flatMap(DriftPolicy.init(rawValue:))
      supervision = json["supervision"].map(Supervision.init(json:))
      ending = json["ending"].flatMap(Ending.init(json:))
      isStarting = try json.member("starting", \.boolValue) ?? false
    } catch {
      return nil
    }
  }
}

/// The error for a member of a record that has the wrong type.
private struct WrongType: Error {}

extension MachineRecord.Ending {
  fileprivate var json: JSON {
    var object: JSONObject = [
      "cause": .string(cause.word), "reason": .string(cause.description), "text": .string(text),
    ]
    switch end {
    case .exited(let code): object["exit"] = .integer(Int64(code))
    case .signalled(let number, let dumped):
      object["signal"] = .integer(Int64(number))
      object["core-dumped"] = .bool(dumped)
    case .unknown: break
    }
    return .object(object)
  }

  fileprivate init?(json: JSON) {
    guard let reason = json["reason"]?.stringValue else { return nil }
    cause = Cause(word: json["cause"]?.stringValue, reason: reason)
    text = json["text"]?.stringValue ?? ""
    if let code = json["exit"]?.integerValue.flatMap({ Int32(exactly: $0) }) {
      end = .exited(code: code)
    } else if let number = json["signal"]?.integerValue.flatMap({ Int32(exactly: $0) }) {
      end = .signalled(number, coreDumped: json["core-dumped"]?.boolValue ?? false)
    } else {
      end = .unknown
    }
  }
}

extension JSON {
  /// The elements, if all of them are strings; else nil.
  fileprivate var strings: [String]? {
    guard let elements = arrayValue else { return nil }
    let texts = elements.compactMap(\.stringValue)
    return texts.count == elements.count ? texts : nil
  }

  /// Reads an optional member.
  fileprivate func member<Value>(
    _ name: String, _ read: (JSON) -> Value?
  ) throws(WrongType) -> Value? {
    guard let member = self[name] else { return nil }
    guard let value = read(member) else { throw WrongType() }
    return value
  }
}
