import Glibc
package import QEMUJSON

/// A message of a session for a log, with its secrets redacted.
public struct QMPTrace: Sendable, Hashable, CustomStringConvertible {
  /// The direction of a message.
  public enum Direction: String, Sendable, Hashable {
    /// To QEMU.
    case sent = "->"
    /// From QEMU.
    case received = "<-"
  }

  /// The direction of the message.
  public let direction: Direction
  /// The message on one line, with its secrets redacted.
  public let text: String

  /// The direction and the message: `-> {"execute":"query-status","id":0}`.
  public var description: String { "\(direction.rawValue) \(text)" }

  init(_ direction: Direction, _ line: UnsafeBufferPointer<UInt8>) {
    self.direction = direction
    text = QMPSecrets.struckOut(of: line)
  }

  /// The sink that `QMP_TRACE` in the environment selects: standard error for `1` or `stderr`; another value is the
  /// path of a file to append to. It is nil if the variable is unset, empty or `0`, or if the file cannot be opened.
  public static let environmentSink: (@Sendable (QMPTrace) -> Void)? = {
    guard let value = getenv("QMP_TRACE").map({ String(cString: $0) }), !value.isEmpty, value != "0" else {
      return nil
    }
    let isStandardError = value == "1" || value == "stderr"
    let file = isStandardError ? 2 : open(value, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    if file < 0 { return nil }
    return { trace in
      let line = Array("\(trace)\n".utf8)
      _ = write(file, line, line.count)
    }
  }()
}

/// The members of messages that hold secrets.
public struct QMPSecrets: Sendable {
  /// The members that are secret in every object.
  ///
  /// `set_password`, `change-vnc-password` and SPICE have passwords, a curl block node has a cookie, SEV a secret to
  /// inject.
  public static let members: Set<String> = ["password", "cookie", "secret"]
  /// The members that are secret in an object of one of these `qom-type`s.
  public static let objects: [String: Set<String>] = [
    "secret": ["data"], "sev-guest": ["session-file"], "sev-snp-guest": ["host-data", "id-auth"],
  ]
  /// The words of an HMP command line that a secret may follow.
  public static let secretHMPCommands: Set<String> = ["password", "set_password", "secret", "data"]

  static let replacement: JSON = "(secret)"

  /// Returns whether arguments hold a secret.
  package static func areIn(_ arguments: JSONObject) -> Bool { struckOut(of: arguments) != arguments }

  /// Returns a message on one line, with its secrets redacted.
  package static func struckOut(of line: UnsafeBufferPointer<UInt8>) -> String {
    guard let message = try? JSON.parse(line), let text = try? struckOut(of: message).serialized() else {
      return "(\(line.count) bytes that are not JSON)"
    }
    return text
  }

  static func struckOut(of value: JSON) -> JSON {
    switch value {
    case .array(let elements): .array(elements.map(struckOut))
    case .object(let object): .object(struckOut(of: object))
    default: value
    }
  }

  private static func struckOut(of object: JSONObject) -> JSONObject {
    let special = object["qom-type"]?.stringValue.flatMap { objects[$0] } ?? []
    var result = object
    for member in object {
      let isSecret = members.contains(member.name) || special.contains(member.name)
      if isSecret, case .string = member.value {
        result[member.name] = replacement
      } else if member.name == "command-line", let line = member.value.stringValue, mayHoldSecret(line) {
        result[member.name] = replacement
      } else {
        result[member.name] = struckOut(of: member.value)
      }
    }
    return result
  }

  private static func mayHoldSecret(_ line: String) -> Bool {
    line.split(whereSeparator: { !$0.isLetter && $0 != "_" }).contains {
      secretHMPCommands.contains(String($0))
    }
  }
}
