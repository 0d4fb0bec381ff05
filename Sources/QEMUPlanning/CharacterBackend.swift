import QEMUCommandLine
import QEMUJSON

/// The QMP form of character device backends, which differs from that of the command line.
enum CharacterBackend {
  /// Returns the backend for the members of an option; nil if this library does not know its QMP form.
  static func json(_ members: JSONObject) -> JSON? {
    func text(_ name: String) -> String? { members[name]?.stringValue }
    func flag(_ name: String) -> JSON? { members[name].flatMap(boolean).map(JSON.bool) }
    let backend = text("backend") ?? ""
    var data: JSONObject = [:]
    let understood: Set<String>
    switch backend {
    case "null", "pty", "vc":
      understood = []
    case "file":
      guard let path = text("path") else { return nil }
      data["out"] = .string(path)
      data["append"] = flag("append")
      understood = ["path", "append"]
    case "ringbuf":
      data["size"] = members["size"].flatMap { size in
        size.unsignedValue.map(JSON.init)
          ?? size.stringValue.flatMap { ByteCount(propertyText: $0) }.map { JSON($0.bytes) }
      }
      understood = ["size"]
    case "socket":
      guard let address = address(members) else { return nil }
      data["addr"] = address
      data["server"] = flag("server") ?? .bool(false)
      for name in ["wait", "nodelay", "telnet", "websocket"] { data[name] = flag(name) }
      understood = ["path", "host", "port", "server", "wait", "nodelay", "telnet", "websocket", "abstract"]
    default: return nil
    }
    data["logfile"] = members["logfile"]
    data["logappend"] = flag("logappend")
    let common: Set = ["id", "backend", "logfile", "logappend"]
    guard members.allSatisfy({ understood.contains($0.name) || common.contains($0.name) }) else { return nil }
    return ["type": .string(backend), "data": .object(data)]
  }

  /// Returns whether QEMU waits for a client when it opens a backend, during which the guest is blocked.
  static func waitsForClient(_ members: JSONObject) -> Bool {
    members["backend"]?.stringValue == "socket" && isSet("server", in: members) && isSet("wait", in: members)
  }

  /// Returns whether a backend is a listening socket.
  static func isServer(_ members: JSONObject) -> Bool {
    members["backend"]?.stringValue == "socket" && isSet("server", in: members)
  }

  private static func isSet(_ name: String, in members: JSONObject) -> Bool {
    members[name].flatMap(boolean) ?? false
  }

  private static func address(_ members: JSONObject) -> JSON? {
    if let path = members["path"]?.stringValue {
      var data: JSONObject = ["path": .string(path)]
      data["abstract"] = members["abstract"].flatMap(boolean).map(JSON.bool)
      return ["type": "unix", "data": .object(data)]
    }
    guard let port = members["port"].map({ $0.stringValue ?? (try? $0.serialized()) ?? "" }) else {
      return nil
    }
    let host = members["host"]?.stringValue ?? ""
    return ["type": "inet", "data": ["host": .string(host), "port": .string(port)]]
  }

  private static func boolean(_ value: JSON) -> Bool? {
    value.boolValue ?? value.stringValue.flatMap { Bool(propertyText: $0) }
  }
}
