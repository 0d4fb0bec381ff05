import Foundation
import QEMUJSON
import Testing

@testable import QAPIGenerator

@Suite("The generator")
struct GeneratorTests {
  @Test("the committed files are what the generator writes")
  func committedFiles() throws {
    let wanted = try GeneratedFolder.wanted(.standard)
    #expect(try GeneratedFolder(GeneratedFolder.standard).differences(from: wanted) == [])
  }

  @Test("the whole schema has no two things of one name")
  func wholeSchema() throws {
    #expect(try GeneratedFolder.wanted(nil).count > 40)
  }

  @Test("no type has the name of a public type of another module")
  func foreignNames() throws {
    let pattern = #/public (?:indirect |final )?(?:struct|enum|protocol|class|actor|typealias) (\w+)/#
    let generated = try GeneratedFolder.wanted(nil).values.flatMap { text in
      text.split(separator: "\n").compactMap { $0.prefixMatch(of: pattern)?.1 }
    }
    let sources = GeneratedFolder.standard.deletingLastPathComponent().deletingLastPathComponent()
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path())
    var foreign: Set<Substring> = []
    for file in files where file.hasSuffix(".swift") && !file.hasPrefix("QAPI") {
      let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
      for match in text.matches(of: pattern) { foreign.insert(match.1) }
    }
    #expect(foreign.contains("JSONObject") && generated.contains("KVMInfo"))
    #expect(foreign.intersection(generated) == [])
  }

  @Test("two runs write the same")
  func deterministic() throws {
    #expect(try GeneratedFolder.wanted(nil) == GeneratedFolder.wanted(nil))
  }

  @Test("a selection of what the schema lacks is refused by name")
  func absentCommand() throws {
    let schema = try Schema(facts: Self.facts, presence: [:])
    let error = try #require(throws: GeneratorError.self) {
      try schema.restricted(to: Selection(commands: ["query-dreams"], events: ["WOKEN"]))
    }
    #expect(error.description == "the schema lacks WOKEN, query-dreams")
  }

  static let facts: JSON = [
    "commands": [
      "ask": ["module": "m.json", "since": "1.0", "arguments_type": "Tree", "returns": ["list": "Tree"]],
      "add": ["module": "m.json", "gen": false, "arguments": [["name": "driver", "type": "str"]]],
    ],
    "events": ["FELL": ["module": "m.json"]],
    "types": [
      "Tree": [
        "kind": "struct", "module": "m.json",
        "members": [
          ["name": "left", "type": "Tree", "optional": true], ["name": "kind-of", "type": "Kind"],
          ["name": "age", "type": "int", "default": "1"],
        ],
      ],
      "Kind": ["kind": "enum", "module": "m.json", "values": [["name": "none"], ["name": "2_5"]]],
      "Alone": ["kind": "struct", "module": "other.json", "members": []],
    ],
  ]

  private func generated(_ selection: Selection) throws -> String {
    let presence: JSON = ["members": ["Tree.age": ["11.1"]]]
    let schema = try Schema(facts: Self.facts, presence: presence).restricted(to: selection)
    let files = try Generator(schema: schema).files()
    #expect(files.keys.sorted() == ["M.swift", "QAPICatalogue.swift"])
    return try #require(files["M.swift"])
  }

  @Test("types come by reachability, through arguments, members and lists")
  func reachability() throws {
    let text = try generated(Selection(commands: ["ask"], events: []))
    #expect(text.contains("public struct Ask: QAPICommand"))
    #expect(text.contains("public typealias Response = [Tree]"))
    #expect(text.contains("public enum Kind: QAPIEnumeration"))
    #expect(!text.contains("Alone"))
    #expect(!text.contains("FellEvent"))
  }

  @Test("a structure that holds one of its own kind is boxed, and a member that a release lacks is optional")
  func members() throws {
    let text = try generated(Selection(commands: ["ask"], events: []))
    #expect(text.contains("@QAPIBoxed public var left: Tree?"))
    #expect(text.contains("public var age: Int64?"))
    #expect(text.contains("of the known releases only in 11.1"))
    #expect(text.contains("case noneValue"))
    #expect(text.contains("case _2_5"))
  }

  @Test("a command that takes any member has a place for them")
  func anyMember() throws {
    let text = try generated(Selection(commands: ["add"], events: ["FELL"]))
    #expect(text.contains("furtherArguments: JSONObject"))
    #expect(text.contains("public struct FellEvent: QAPIObject, QAPIEvent"))
  }

  static let names: [(wire: String, type: String, member: String)] = [
    ("query-kvm", "QueryKVM", "queryKVM"), ("qom-get", "QOMGet", "qomGet"),
    ("CpuInfoFast", "CPUInfoFast", "cpuInfoFast"), ("thread-id", "ThreadID", "threadID"),
    ("qmp_capabilities", "QMPCapabilities", "qmpCapabilities"), ("x86_64", "X86_64", "x86_64"),
    ("getfd", "GetFD", "getfd"), ("PCIELinkSpeed", "PCIELinkSpeed", "pcieLinkSpeed"),
    ("QCryptoBlockInfoLUKS", "QCryptoBlockInfoLUKS", "qCryptoBlockInfoLUKS"),
    ("String", "QAPIString", "string"),
    ("2_5", "_2_5", "_2_5"), ("ipv4", "IPv4", "ipv4"), ("vcpus-count", "VCPUsCount", "vcpusCount"),
  ]

  @Test("names follow one rule", arguments: names)
  func naming(wire: String, type: String, member: String) {
    #expect(Naming.type(wire) == type)
    #expect(Naming.member(wire) == member)
  }

  @Test("names that Swift keeps for itself are quoted or spelled otherwise")
  func takenNames() {
    #expect(Naming.quoted(Naming.enumCase("default")) == "`default`")
    #expect(Naming.enumCase("none") == "noneValue")
    #expect(Naming.enumCase("unknown") == "unknownValue")
    #expect(Naming.member("arguments") == "argumentsMember")
    #expect(Naming.event("GUEST_PANICKED") == "GuestPanickedEvent")
  }
}
