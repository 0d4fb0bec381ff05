import QAPI
import QEMUJSON
import RandomValues
import Testing

@Suite("The whole schema")
struct WholeSchemaTests {
  @Test("it has every command, event and type of QEMU's")
  func counts() {
    #expect(QAPICatalogue.commandNames.count == 243)
    #expect(QAPICatalogue.eventNames.count == 57)
    #expect(QAPICatalogue.typeNames.count == 719)
  }

  @Test("every value of every type decodes, and encodes to itself")
  func typesSurvive() throws {
    var values = SchemaValues(seed: 1)
    for name in QAPICatalogue.typeNames {
      let type = try #require(QAPICatalogue.type(named: name))
      for _ in 0..<8 { try requireRoundTrip(type, values.value(ofType: name), name) }
    }
  }

  @Test("the arguments of every command decode, and encode to themselves")
  func commandsSurvive() throws {
    var values = SchemaValues(seed: 2)
    for name in QAPICatalogue.commandNames {
      let type = try #require(QAPICatalogue.command(named: name))
      let about = try #require(QAPISchema.command(named: name))
      #expect(about.availability == type.availability && type.name == name)
      for _ in 0..<8 { try requireRoundTrip(type, .object(values.object(about.arguments)), name) }
    }
  }

  @Test("the data of every event decodes, and encodes to itself")
  func eventsSurvive() throws {
    var values = SchemaValues(seed: 2)
    for name in QAPICatalogue.eventNames {
      let type = try #require(QAPICatalogue.event(named: name))
      let about = try #require(QAPISchema.event(named: name))
      #expect(about.availability == type.availability && type.name == name)
      for _ in 0..<8 { try requireRoundTrip(type, .object(values.object(about.data)), name) }
    }
  }

  private func requireRoundTrip(_ type: (some QAPIValue).Type, _ value: JSON, _ name: String) throws {
    let decoded = try type.init(json: value)
    #expect(decoded.json == value, "\(name)")
    #expect(try type.init(json: decoded.json).json == value, "\(name)")
  }

  @Test("a member that must be there is missed by its name, in every type")
  func requiredMembers() throws {
    for name in QAPICatalogue.typeNames {
      guard case .object(let shape) = QAPISchema.type(named: name)?.kind,
        let type = QAPICatalogue.type(named: name)
      else { continue }
      var values = SchemaValues(seed: 1)
      for member in shape.members where !member.isOptional && member.name != shape.discriminator {
        var object = values.object(shape)
        object[member.name] = nil
        let error = #expect(throws: QAPIError.self, "\(name).\(member.name)") {
          try type.init(json: .object(object))
        }
        #expect(error?.path == member.name)
      }
    }
  }

  @Test("every type that is named is there")
  func referencesAreKnown() throws {
    for name in QAPICatalogue.typeNames {
      guard case .object(let shape) = QAPISchema.type(named: name)?.kind else { continue }
      for branch in shape.branches.values { #expect(QAPISchema.type(named: branch) != nil) }
      #expect(shape.discriminator == nil || shape.members.contains { $0.name == shape.discriminator })
    }
  }

  @Test("what is not in the schema is not found")
  func unknownNames() {
    for name in ["", "query", "query-statu", "query-status\t", "{", "\n"] {
      #expect(QAPISchema.command(named: name) == nil && QAPICatalogue.command(named: name) == nil)
    }
    #expect(QAPISchema.type(named: "str") == nil)
    #expect(QAPISchema.event(named: "stop") == nil)
  }

  @Test("a command is described whole")
  func description() throws {
    let add = try #require(QAPISchema.command(named: "device_add"))
    #expect(add.arguments.members.map(\.name) == ["driver", "bus", "id"])
    #expect(add.arguments.members.map(\.isOptional) == [false, true, true])
    #expect(add.arguments.isOpen && add.answer == nil)
    let pause = try #require(QAPISchema.command(named: "migrate-pause"))
    #expect(pause.isOutOfBandAllowed)
    let block = try #require(QAPISchema.command(named: "query-block"))
    #expect(block.answer == .list(.named("BlockInfo")) && block.isPreconfigAllowed)
    let blockdev = try #require(QAPISchema.command(named: "blockdev-add"))
    #expect(blockdev.arguments.discriminator == "driver")
    #expect(blockdev.arguments.branches["qcow2"] == "BlockdevOptionsQcow2")
  }
}
