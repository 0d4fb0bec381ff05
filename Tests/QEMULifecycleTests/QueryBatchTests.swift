import QEMUJSON
import QEMULifecycle
import QEMUVerification
import QMP
import Testing

@Suite struct QueryBatchTests {
  private static func property(_ name: String, _ path: String) -> QueryRequest {
    QueryRequest("qom-get", ["path": .string(path), "property": .string(name)])
  }

  private static let status = QueryRequest("query-status")
  private static let queries = [
    property("mac", "/a"), status, property("bus", "/a"), property("type", "/b"),
  ]
  private static let refusal = QMPError(
    .refused, "no", errorClass: "GenericError", qemuWords: "Property 'a.bus' cannot be read")

  @Test func propertiesOfOneObjectAreAskedForTogether() throws {
    let batch = QueryBatch(Self.queries, isReadingObjects: true)
    #expect(batch.commands.map(\.name) == ["query-status", "qom-get", "qom-list-get"])
    #expect(batch.commands.last?.arguments == ["paths": ["/a"]])
    let objects: JSON = [
      ["properties": [["name": "mac", "type": "str", "value": "m"], ["name": "bus", "type": "str"]]]
    ]
    let answers = try batch.answers([.success("running"), .success("t"), .success(objects)])
    #expect(
      answers.known == [
        Self.status: .value("running"), Self.property("type", "/b"): .value("t"),
        Self.property("mac", "/a"): .value("m"),
      ])
    // What it could not read it is asked for by itself, for its words.
    #expect(answers.open == [Self.property("bus", "/a")])
  }

  @Test func anObjectThatIsGoneTakesNothingWithIt() throws {
    let batch = QueryBatch(Self.queries, isReadingObjects: true)
    let answers = try batch.answers([.success("running"), .success("t"), .failure(Self.refusal)])
    #expect(answers.known.count == 2)
    #expect(answers.open == [Self.property("mac", "/a"), Self.property("bus", "/a")])
  }

  @Test func anOlderQEMUIsAskedForEachByItself() throws {
    let batch = QueryBatch(Self.queries, isReadingObjects: false)
    #expect(batch.commands.map(\.name) == Self.queries.map(\.command))
    let answers = try batch.answers([
      .success("m"), .success("running"), .failure(Self.refusal), .success("t"),
    ])
    #expect(answers.open.isEmpty)
    #expect(
      answers.known[Self.property("bus", "/a")]
        == .refused(errorClass: "GenericError", description: "Property 'a.bus' cannot be read"))
  }

  @Test func aConnectionThatDiesIsNoAnswer() {
    let batch = QueryBatch([Self.status], isReadingObjects: true)
    #expect(throws: QMPError.self) {
      try batch.answers([.failure(QMPError(.connectionLost, "it ended"))])
    }
  }
}
