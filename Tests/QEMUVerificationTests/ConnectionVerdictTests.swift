import QEMUCommandLine
import QEMUJSON
import QEMUVerification
import Testing

/// A client is what was asked for while it is connected to its peer, and not before.
@Suite struct ConnectionVerdictTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let shown: String
    let property: String
    let verdict: Verdict

    init(_ argument: String, _ shown: String, _ property: String, _ verdict: Verdict) {
      arguments = ["-netdev", argument]
      (self.shown, self.property, self.verdict) = (shown, property, verdict)
    }

    var testDescription: String { "\(arguments[1]) as \(shown): \(property)" }
  }

  private static let inet = "stream,id=n,addr.type=inet,addr.host=127.0.0.1,addr.port=7000,server=off"
  private static let unix = "stream,id=n,addr.type=unix,addr.path=/tmp/peer"

  static let rows = [
    Row(inet, "type=stream,connection error", "addr.port", .drifted),
    Row(
      inet, "type=stream,error: Failed to connect to '127.0.0.1:7000': Connection refused", "addr.host",
      .drifted),
    Row(inet + ",reconnect=5", "type=stream,connecting", "addr.port", .unobserved),
    Row(inet + ",reconnect-ms=5000", "type=stream,", "addr.port", .unobserved),
    Row(inet, "type=stream,connecting", "addr.port", .unobserved),
    Row(inet, "type=stream,tcp:127.0.0.1:7000", "addr.port", .confirmed),
    Row(inet, "type=stream,tcp:127.0.0.1:7001", "addr.port", .drifted),
    Row(inet, "type=stream,tcp:127.0.0.2:7000", "addr.host", .drifted),
    Row(inet, "type=stream,unix:/tmp/peer", "addr.type", .drifted),
    Row(inet, "type=stream,listening", "server", .drifted),
    Row(unix, "type=stream,unix:/tmp/peer", "addr.path", .confirmed),
    Row(unix, "type=stream,unix:/tmp/other", "addr.path", .drifted),
    Row(unix, "type=stream,connection error", "addr.path", .drifted),
    Row("socket,id=n,connect=127.0.0.1:7000", "type=socket,", "connect", .drifted),
    Row(
      "socket,id=n,connect=127.0.0.1:7000", "type=socket,socket: connect to 127.0.0.1:7000", "connect",
      .confirmed),
    Row(
      "socket,id=n,connect=localhost:7000", "type=socket,socket: connect to 127.0.0.1:7000", "connect",
      .confirmed),
    Row(
      "socket,id=n,connect=127.0.0.1:7000", "type=socket,socket: connect to 127.0.0.1:7001", "connect",
      .drifted),
  ]

  @Test(arguments: rows)
  func aBackendIsConfirmedWhileItIsConnected(row: Row) throws {
    let answer = JSON.string("n: index=0,\(row.shown)\r\n")
    let network = QueryRequest("human-monitor-command", ["command-line": "info network"])
    let finding = try verdict(row.arguments, [network: answer], row.property)
    #expect(finding.verdict == row.verdict, "\(finding)")
  }

  static let characterDevices: [(argument: String, shown: String, property: String, verdict: Verdict)] = [
    ("socket,id=c,path=/tmp/p", "unix:/tmp/p", "path", .confirmed),
    ("socket,id=c,path=/tmp/p", "disconnected:unix:/tmp/p", "path", .drifted),
    ("socket,id=c,path=/tmp/p,reconnect=5", "disconnected:unix:/tmp/p", "path", .unobserved),
    ("socket,id=c,path=/tmp/p,reconnect=0", "disconnected:unix:/tmp/p", "path", .drifted),
    ("socket,id=c,host=127.0.0.1,port=7,reconnect-ms=9", "disconnected:tcp:127.0.0.1:7", "port", .unobserved),
    ("socket,id=c,path=/tmp/p,server=on,wait=off", "disconnected:unix:/tmp/p,server=on", "path", .confirmed),
  ]

  @Test(arguments: characterDevices)
  func aCharacterDeviceIsConfirmedWhileItIsConnected(
    row: (argument: String, shown: String, property: String, verdict: Verdict)
  ) throws {
    let answer: JSON = [["label": "c", "filename": .string(row.shown), "frontend-open": true]]
    let finding = try verdict(
      ["-chardev", row.argument], [QueryRequest("query-chardev"): answer], row.property)
    #expect(finding.verdict == row.verdict, "\(finding)")
  }

  private func verdict(
    _ arguments: [String], _ answers: [QueryRequest: JSON], _ property: String
  ) throws -> Finding {
    var observation = Observation()
    observation.answers = answers.mapValues(QueryAnswer.value)
    observation.host[.sockets] = .text("")
    let report = try Verification(of: QEMUConfiguration(arguments: arguments)).judge(observation)
    return try #require(report.findings.first { $0.property == property })
  }
}
