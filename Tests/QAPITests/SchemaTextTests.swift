import QAPI
import QEMUJSON
import RandomValues
import Testing

@Suite("Arguments from text")
struct SchemaTextTests {
  static let read: [(command: String, pairs: [(key: String, text: String)], arguments: JSONObject)] = [
    ("balloon", [("value", "0x10")], ["value": 16]),
    ("set_link", [("name", "1"), ("up", "off")], ["name": "1", "up": false]),
    (
      "object-add", [("qom-type", "memory-backend-ram"), ("id", "m"), ("size", "2G")],
      ["qom-type": "memory-backend-ram", "id": "m", "size": 2_147_483_648]
    ),
    (
      "blockdev-add", [("file.driver", "file"), ("file.filename", "7"), ("driver", "raw"), ("size", "512")],
      ["file": ["driver": "file", "filename": "7"], "driver": "raw", "size": 512]
    ),
    (
      "blockdev-add",
      [("driver", "quorum"), ("children.1", "b"), ("children.0", "a"), ("vote-threshold", "1")],
      ["driver": "quorum", "children": ["a", "b"], "vote-threshold": 1]
    ),
    (
      "device_add", [("driver", "x"), ("addr", "4"), ("drive", "d")],
      ["driver": "x", "addr": 4, "drive": "d"]
    ),
    (
      "query-stats", [("target", "vm"), ("providers", #"[{"provider": "kvm"}]"#)],
      ["target": "vm", "providers": [["provider": "kvm"]]]
    ),
    ("migrate-set-parameters", [("tls-creds", "null")], ["tls-creds": nil]),
    (
      "qom-set", [("path", "/"), ("property", "p"), ("value", "[1]")],
      ["path": "/", "property": "p", "value": [1]]
    ),
  ]

  @Test("a text is read as its argument's type", arguments: read)
  func reads(command: String, pairs: [(key: String, text: String)], arguments: JSONObject) throws {
    let about = try #require(QAPISchema.command(named: command))
    let result = try QAPISchema.arguments(from: pairs, of: about)
    #expect(result == arguments)
    #expect(QAPISchema.problems(in: result, of: about) == [] || about.arguments.isOpen)
  }

  static let refused: [(command: String, pairs: [(key: String, text: String)], problem: String)] = [
    ("balloon", [("value", "1G")], "value: it must be an integer (int), not \"1G\""),
    ("set_link", [("up", "1")], "up: it must be a boolean, not \"1\""),
    (
      "object-add", [("qom-type", "memory-backend-ram"), ("size", "16E")],
      "size: it must be a size in bytes, not \"16E\""
    ),
    (
      "query-stats", [("target", "vcpu"), ("vcpus", "0")],
      "vcpus: it must be a list, each element a string; specify its members with dotted keys, or pass it as JSON"
    ),
    ("qom-get", [("path", "a"), ("path", "b")], "path: the key already has a value"),
    ("qom-get", [("path", "a"), ("path.b", "c")], "path.b: a part of the key already has a value"),
    ("qom-get", [("", "a")], "the key has an empty part"),
    (
      "blockdev-add", [(String(repeating: "file.", count: 20_000) + "x", "a")],
      String(repeating: "file.", count: 16) + "…: the key has more than 64 parts"
    ),
  ]

  @Test("a text that cannot be of its argument's type is refused", arguments: refused)
  func refuses(command: String, pairs: [(key: String, text: String)], problem: String) {
    let error = #expect(throws: QAPIProblem.self) {
      try QAPISchema.arguments(from: pairs, of: QAPISchema.command(named: command))
    }
    #expect(error?.description == problem)
  }

  static let faulty: [(command: String, arguments: JSONObject, problems: [String])] = [
    ("query-status", ["colour": 1], ["colour: there is no such member"]),
    (
      "qom-get", ["path": 1, "property": nil],
      ["path: it must be a string, not an integer", "property: it must be a string, not null"]
    ),
    (
      "blockdev-add", ["driver": "qcow2"],
      ["file: it is missing; it must be an object (BlockdevOptions), or a string"]
    ),
    ("blockdev-add", ["driver": "newer", "speed": 1], ["driver: there is no value \"newer\""]),
    (
      "blockdev-add", ["driver": "raw", "file": ["driver": "file", "filename": 1]],
      ["file.filename: it must be a string, not an integer"]
    ),
    (
      "transaction", ["actions": [["type": "abort", "data": [:]], ["type": "abort"]]],
      ["actions.1.data: it is missing; it must be an object (Abort)"]
    ),
    (
      "migrate", ["channels": [["channel-type": "main", "addr": ["transport": "socket", "type": "unix"]]]],
      ["channels.0.addr.path: it is missing; it must be a string"]
    ),
    ("device_add", ["driver": "x", "whatever": 1], []),
  ]

  @Test("what a command does not take is told with its place", arguments: faulty)
  func tells(command: String, arguments: JSONObject, problems: [String]) throws {
    let about = try #require(QAPISchema.command(named: command))
    #expect(QAPISchema.problems(in: arguments, of: about).map(\.description) == problems)
  }

  @Test("random arguments of every command are without fault, but for values that are not known")
  func randomArguments() throws {
    var values = SchemaValues(seed: 3)
    for name in QAPICatalogue.commandNames {
      let about = try #require(QAPISchema.command(named: name))
      for _ in 0..<4 {
        let problems = QAPISchema.problems(in: values.object(about.arguments), of: about)
        let real = problems.filter { !$0.words.contains("new-value") && !$0.path.hasSuffix("new-member") }
        #expect(real == [], "\(name)")
      }
    }
  }
}
