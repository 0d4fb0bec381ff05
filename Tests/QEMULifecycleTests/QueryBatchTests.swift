import QEMUJSON
import QEMULifecycle
import QEMUObservation
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
    .refused, "no", errorClass: "GenericError", qemuMessage: "Property 'a.bus' cannot be read")

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

  @Test(arguments: [true, false])
  func queriesThatAreNotAnsweredInTimeAreToldApart(isReadingObjects: Bool) throws {
    let late = QMPError(
      .timedOut, "qom-get was not answered within 10.0 seconds", remedy: "see whether it is stuck")
    let batch = QueryBatch(Self.queries, isReadingObjects: isReadingObjects)
    let results: [Result<JSON, QMPError>] = batch.commands.map { command in
      command.name == "query-status" ? .success("running") : .failure(late)
    }
    let answers = try batch.answers(results)
    #expect(answers.known == [Self.status: .value("running")])
    #expect(answers.open.isEmpty)
    #expect(Set(answers.unanswered.keys) == Set(Self.queries).subtracting([Self.status]))
    #expect(
      answers.unanswered.values.allSatisfy {
        $0 == "qom-get was not answered within 10.0 seconds; see whether it is stuck"
      })
  }

  @Test func aConnectionThatDiesIsNoAnswer() {
    let batch = QueryBatch([Self.status], isReadingObjects: true)
    #expect(throws: QMPError.self) {
      try batch.answers([.failure(QMPError(.connectionLost, "it ended"))])
    }
  }
}
