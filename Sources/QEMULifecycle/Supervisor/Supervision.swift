import LinuxSystem
public import QEMUCommandLine
import QEMUJSON

/// The rules by which a supervisor runs a virtual machine.
public struct Supervision: Sendable, Hashable {
  /// The ends after which QEMU is started again.
  public var restart = LifecycleSection.Restart.never
  /// The delay before the first restart; each further one is twice as long.
  public var shortestDelay = Duration.seconds(1)
  /// The longest delay.
  public var longestDelay = Duration.seconds(60)
  /// The number of restarts within ``window`` after which the supervisor gives up.
  public var limit = 5
  /// The time to which ``limit`` applies.
  public var window = Duration.seconds(600)
  /// The steps of a stop without options.
  public var stop = ShutdownPolicy()
  /// The QMP commands that clients of the socket `qmp.sock` may execute in addition to those that stay within QEMU.
  public var allowedCommands = LifecycleSection.AllowedCommands.named([])

  /// Makes rules without restarts.
  public init() {}

  /// Makes the rules of a configuration.
  public init(_ section: LifecycleSection) {
    restart = section.restart ?? restart
    shortestDelay = section.backoff?.from ?? shortestDelay
    longestDelay = max(section.backoff?.to ?? longestDelay, shortestDelay)
    if let giveUp = section.backoff?.giveUp { (limit, window) = (giveUp.count, giveUp.window) }
    if let steps = section.stop {
      stop = ShutdownPolicy(
        powerdown: steps[.powerdown] ?? .zero, quit: steps[.quit] ?? .zero,
        terminate: steps[.terminate] ?? .zero)
    }
    allowedCommands = section.allowedCommands ?? allowedCommands
  }
}

extension Supervision {
  /// The rules as a value, for records and for the supervisor. Times are in nanoseconds.
  var json: JSONObject {
    [
      "restart": .string(restart.rawValue), "from": .integer(shortestDelay.nanoseconds),
      "to": .integer(longestDelay.nanoseconds), "limit": .integer(Int64(limit)),
      "window": .integer(window.nanoseconds), "stop": stop.json, "allow": allowedCommands.json,
    ]
  }

  /// Reads rules; missing or malformed ones have their default.
  init(json: JSON) {
    restart = json["restart"]?.stringValue.flatMap(LifecycleSection.Restart.init(rawValue:)) ?? restart
    shortestDelay = json["from"]?.nanoseconds ?? shortestDelay
    longestDelay = json["to"]?.nanoseconds ?? longestDelay
    limit = json["limit"]?.integerValue.flatMap { Int(exactly: $0) } ?? limit
    window = json["window"]?.nanoseconds ?? window
    stop = json["stop"].flatMap(ShutdownPolicy.init(json:)) ?? stop
    allowedCommands = json["allow"].map { $0.allowedCommands } ?? allowedCommands
  }
}

extension LifecycleSection.AllowedCommands {
  fileprivate var json: JSON {
    switch self {
    case .all: "all"
    case .named(let names): .array(names.map(JSON.string))
    }
  }
}

extension ShutdownPolicy {
  /// The steps: `[{"step": "powerdown", "timeout": 30000000000}, …]`.
  var json: JSON {
    .array(
      steps.map { step, timeout in
        .object(["step": .string(step.rawValue), "timeout": .integer(timeout.nanoseconds)])
      })
  }

  fileprivate init?(json: JSON) {
    guard let elements = json.arrayValue else { return nil }
    func timeout(_ step: Step) -> Duration {
      elements.first { $0["step"]?.stringValue == step.rawValue }?["timeout"]?.nanoseconds ?? .zero
    }
    self.init(powerdown: timeout(.powerdown), quit: timeout(.quit), terminate: timeout(.terminate))
  }
}

extension JSON {
  fileprivate var allowedCommands: LifecycleSection.AllowedCommands {
    stringValue == "all" ? .all : .named((arrayValue ?? []).compactMap(\.stringValue))
  }

  fileprivate var nanoseconds: Duration? { integerValue.flatMap { $0 >= 0 ? .nanoseconds($0) : nil } }
}
