import Foundation
import QEMU
import QEMUJSON
import Testing

/// Every document that a command prints is valid under its schema in Docs/Schemas.
@Suite struct DocumentTests {
  private static let machine = [
    "-accel", "tcg", "-nodefaults", "-display", "none", "-machine", "none", "-m", "32",
  ]
  private static let watched = ["-object", "iothread,id=t,poll-max-ns=5"]

  @Test func everySchemaIsDescribedAndUsesKnownKeywords() throws {
    let page = try String(
      contentsOf: QEMUMatrix.packageRoot.appending(path: "Docs/JSON.md"), encoding: .utf8)
    for name in try DocumentSchema.names {
      #expect(page.contains("(Schemas/\(name).json)"), "Docs/JSON.md does not link \(name).json")
      #expect(try DocumentSchema(named: name).unknownKeywords == [])
    }
  }

  @Test func theValidatorFindsEachKindOfProblem() {
    let schema = DocumentSchema([
      "type": "object", "required": ["a"], "additionalProperties": false, "$defs": ["n": ["type": "integer"]],
      "properties": [
        "a": ["$ref": "#/$defs/n"], "b": ["items": ["enum": ["x"]]], "c": ["anyOf": [["const": 1]]],
      ],
    ])
    #expect(schema.problems(of: ["a": 1, "b": ["x"], "c": 1]) == [])
    for wrong: JSON in [[], ["a": "1"], [:], ["a": 1, "d": 1], ["a": 1, "b": ["y"]], ["a": 1, "c": 2]] {
      #expect(!schema.problems(of: wrong).isEmpty, "\(wrong)")
    }
    #expect(!DocumentSchema(["pattern": "x"]).problems(of: "x").isEmpty)
    #expect(DocumentSchema(["items": ["pattern": "x"]]).unknownKeywords == ["#/items/pattern"])
    #expect(!DocumentSchema(["$ref": "#/$defs/none"]).problems(of: 1).isEmpty)
  }

  @Test(arguments: QEMUMatrix.any)
  func reportsAndStates(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      let start = ["start", "--qemu", qemu.path, "--name"]
      try await check(command, start + ["v", "--"] + Self.machine, "report")
      try await check(command, start + ["w", "--", "-accel", "xen"] + Self.machine, "report")
      try await check(command, start + ["x", "--", "-accel", "tcg,tb-size=4096"], "report", status: 3)
      try await check(command, ["verify", "v"], "report")
      try await check(command, ["verify", "w", "--accept", "accel", "--strict"], "report")
      let status = try await check(command, ["status", "v"], "status")
      let pid = try #require(status["vm"]?["pid"]?.integerValue)
      try await check(command, ["verify", "--pid", "\(pid)"], "report")
      try await check(command, ["accel", "v"], "accel")
      try await check(command, ["inspect", "v"], "inspect")
      try await check(command, ["recover", "v"], "recover")
      try Data("{".utf8).write(to: URL(filePath: "\(command.state.path)/v/vm.json"))
      try await check(command, ["list"], "list", status: 1)
      try await check(command, ["recover", "v"], "recover")
      try await command.run(["stop", "v", "--powerdown", "0"])
      kill(
        Int32(try #require(try await check(command, ["status", "w"], "status")["vm"]?["pid"]?.integerValue)),
        SIGKILL)
      try await check(command, ["status", "v"], "status")
      try await check(command, ["list"], "list")
      try await check(command, ["status", "nosuch"], "error", status: 1)
      let yaml = try await command.run(["status", "v", "--format", "yaml"])
      #expect(yaml.output.hasPrefix("schema: 1\n"), "\(yaml.output)")
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func changes(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      try await command.run(["start", "--qemu", qemu.path, "--name", "v", "--"] + Self.machine)
      let live = ["v", "--"] + Self.machine + Self.watched
      let both = ["v", "--"] + Self.machine.dropLast() + ["64"] + Self.watched
      try await check(command, ["plan"] + both, "plan")
      try await check(command, ["apply"] + live, "apply")
      try await check(command, ["apply"] + both, "apply", status: 3)
      try await check(command, ["apply", "--restart"] + both, "apply")
      let watch = try await command.run(["watch", "v", "--interval", "100ms", "--format", "json"]) { _ in
        try await command.run(["qmp", "v", "qom-set", "path=/objects/t", "property=poll-max-ns", "value=6"])
        while try await command.run(["status", "v", "--format", "json"]).json["vm"]?["verdict"] != "drifted" {
        }
        try await command.run(["kill", "v"])
      }
      #expect(watch.output.split(separator: "\n").count == 1, "\(watch)")
      for line in watch.output.split(separator: "\n") { try check(JSON.parse(String(line)), "watch") }
    }
  }

  @Test(arguments: QEMUMatrix.any)
  func commandLinesAndBinaries(qemu: QEMUUnderTest) async throws {
    try await withCommand { command in
      try await check(command, ["parse", "--", "-accel", "tcg", "-nic", "user", "-what", "so"], "parse")
      try await check(command, ["check", "--qemu", qemu.path, "--"] + Self.machine, "check")
      try await check(
        command, ["check", "--qemu", qemu.path, "--", "-device", "nosuch", "-no-hpet"], "check", status: 65)
      try await check(command, ["capabilities", qemu.path], "capabilities")
      for kind in ["options", "accelerators", "machines", "cpu-models", "devices"] {
        try await check(command, ["capabilities", qemu.path, "--list", kind], "capabilities-list")
      }
      try await check(
        command, ["capabilities", qemu.path, "--properties", "virtio-net-pci"], "capabilities-properties")
      try await check(command, ["list", "--nosuch"], "error", status: 64)
    }
  }

  /// Runs a command with `--format json` and validates its document.
  @discardableResult
  private func check(
    _ command: CommandUnderTest, _ words: [String], _ schema: String, status: Int32 = 0,
    _ location: SourceLocation = #_sourceLocation
  ) async throws -> JSON {
    let own = words.prefix { $0 != "--" }
    let result = try await command.run(own + ["--format", "json"] + words[own.count...])
    #expect(result.status == status, "\(words): \(result.errors)", sourceLocation: location)
    let document = try result.json
    try check(document, schema, location)
    return document
  }

  /// Validates a document; with a member that the schema does not declare, it must be invalid.
  private func check(
    _ document: JSON, _ name: String, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let schema = try DocumentSchema(named: name)
    let problems = schema.problems(of: document)
    #expect(problems == [], "\(name)", sourceLocation: location)
    var members = try #require(document.objectValue)
    #expect(members.names.first == "schema", sourceLocation: location)
    members["undeclared"] = true
    #expect(schema.problems(of: .object(members)).count == problems.count + 1, sourceLocation: location)
  }
}
