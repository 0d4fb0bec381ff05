import Foundation
import QEMUJSON
import Testing

@testable import QAPIGenerator

@Suite("The generator")
struct GeneratorTests {
  @Test("the committed files are what the generator writes")
  func committedFiles() throws {
    let wanted = try GeneratedDirectory.wanted()
    #expect(try GeneratedDirectory(GeneratedDirectory.standard).differences(from: wanted) == [])
  }

  @Test("no type has the name of a public type of another module")
  func foreignNames() throws {
    let pattern = #/public (?:indirect |final )?(?:struct|enum|protocol|class|actor|typealias) (\w+)/#
    let generated = try GeneratedDirectory.wanted().values.flatMap { text in
      text.split(separator: "\n").compactMap { $0.prefixMatch(of: pattern)?.1 }
    }
    let sources = GeneratedDirectory.standard.deletingLastPathComponent().deletingLastPathComponent()
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
    #expect(try GeneratedDirectory.wanted() == GeneratedDirectory.wanted())
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

  private func generated() throws -> String {
    let presence: JSON = ["members": ["Tree.age": ["11.1"]]]
    let files = try Generator(schema: Schema(facts: Self.facts, presence: presence)).files()
    #expect(files.keys.sorted() == ["M.swift", "Other.swift", "QAPICatalogue.swift", "QAPISchemaText.swift"])
    return try #require(files["M.swift"])
  }

  @Test("what a type is there for is said by where it is named")
  func usage() throws {
    let text = try generated()
    #expect(text.contains("public struct Ask: QAPICommand"))
    #expect(text.contains("/// Ask; returns a list of `Tree`."))
    #expect(text.contains("public typealias Response = [Tree]"))
    #expect(text.contains("/// An element of the reply to `ask`, and more in 2 other places."))
    #expect(text.contains("/// The member `kind-of` of `Tree`."))
    #expect(text.contains("public enum Kind: QAPIEnumeration"))
  }

  @Test("two things of one name in Swift are refused")
  func ambiguousNames() throws {
    let facts: JSON = [
      "commands": [:], "events": [:],
      "types": [
        "CpuInfo": ["kind": "struct", "members": []], "CPUInfo": ["kind": "struct", "members": []],
      ],
    ]
    let error = try #require(throws: GeneratorError.self) {
      try Generator(schema: Schema(facts: facts, presence: [:]))
    }
    #expect(error.description.contains("CPUInfo and CpuInfo would both be CPUInfo"))
  }

  @Test("a structure that holds one of its own kind is boxed, and a member that a release lacks is optional")
  func members() throws {
    let text = try generated()
    #expect(text.contains("@QAPIBoxed public var left: Tree?"))
    #expect(text.contains("public var age: Int64?"))
    #expect(text.contains("of the known releases only in 11.1"))
    #expect(text.contains("case noneValue"))
    #expect(text.contains("case _2_5"))
  }

  @Test("a command that takes any member has a place for them")
  func anyMember() throws {
    let text = try generated()
    #expect(text.contains("furtherArguments: JSONObject"))
    #expect(text.contains("public struct FellEvent: QAPIEvent"))
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
