import Foundation
import FoundationXML
import QEMUJSON
import QEMUVerification
import Testing

/// A failure as the documents that programs read in place of a report.
@Suite struct FailureReportTests {
  private static let report = FailureReport(
    code: "startFailed", summary: "QEMU did not start: <no \"disk\">",
    evidence: ["QEMU said: a & b", "command: qemu\u{1}"], remedy: "give it one")

  @Test func theJSONHasTheCodeTheSummaryTheEvidenceAndTheRemedy() {
    let error = Self.report.json["error"]
    #expect(error?["code"]?.stringValue == "start-failed")
    #expect(error?["summary"]?.stringValue == Self.report.summary)
    #expect(error?["evidence"]?.arrayValue?.count == 2)
    #expect(error?["remedy"]?.stringValue == "give it one")
  }

  @Test(arguments: [("startFailed", "start-failed"), ("notQEMU", "not-qemu"), ("usage", "usage")])
  func aCodeIsWrittenWithDashes(name: String, code: String) {
    #expect(FailureReport(code: name, summary: "", evidence: [], remedy: "").code == code)
  }

  @Test func theJUnitDocumentIsOneErrorWithQEMUsWords() throws {
    let document = try XMLDocument(xmlString: Self.report.junit(named: "qemuctl start"))
    let suite = try #require(try document.nodes(forXPath: "/testsuites/testsuite").first as? XMLElement)
    #expect(suite.attribute(forName: "errors")?.stringValue == "1")
    #expect(suite.attribute(forName: "failures")?.stringValue == "0")
    let error = try #require(try suite.nodes(forXPath: "testcase/error").first as? XMLElement)
    #expect(error.attribute(forName: "message")?.stringValue == Self.report.summary)
    #expect(error.stringValue?.contains("QEMU said: a & b") == true)
    #expect(error.stringValue?.contains("what to do: give it one") == true)
  }

  @Test func thePageShowsItAsText() {
    let page = Self.report.html(titled: "qemuctl start")
    #expect(page.contains("&lt;no &quot;disk&quot;&gt;") && !page.contains("<no"))
  }
}
