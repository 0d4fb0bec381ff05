import Foundation
import FoundationXML
import QEMUCommandLine
import QEMUVerification
import Testing

/// Reports for build servers and browsers.
@Suite struct ReportFormatTests {
  private static let hostile = "a<b>&\"'\u{1}]]>\u{FFFF}é\nz"

  private func report(_ accepted: [String] = []) throws -> VerificationReport {
    let configuration = try QEMUConfiguration(arguments: [
      "-accel", "tcg,tb-size=4096", "-name", "guest=\(Self.hostile)", "-fw_cfg", "name=opt/a,string=b",
    ])
    let recording = try #require(RecordedObservation.all("fallback").first)
    return try Verification(of: configuration).judge(
      recording.observation, by: VerificationPolicy(accepted: accepted))
  }

  @Test func aDriftIsAFailedTestAndAnUnobservablePropertyASkippedOne() throws {
    let report = try report()
    let document = try XML(report.junit(named: Self.hostile))
    let suite = try #require(document.elements.first { $0.name == "testsuite" })
    #expect(suite.attributes["tests"] == String(report.findings.count + 1))
    #expect(suite.attributes["failures"] == String(report.drifts.count))
    #expect(suite.attributes["name"]?.hasPrefix("a<b>&\"'\u{FFFD}]]>\u{FFFD}é") == true)
    #expect(document.elements.count { $0.name == "failure" } == report.drifts.count)
    #expect(document.elements.contains { $0.name == "skipped" && $0.attributes["message"]?.isEmpty == false })
    #expect(document.elements.contains { $0.attributes["name"] == "accel tcg tb-size" })
  }

  @Test func aDriftThatWasAcceptedPasses() throws {
    let document = try XML(report(["accel.tb-size", "name"]).junit(named: "x"))
    #expect(!document.elements.contains { $0.name == "failure" })
    #expect(document.text.contains("drifted, accepted"))
  }

  @Test func aPageShowsEachFindingWithItsEvidence() throws {
    let report = try report()
    // A page of this form is XML, but for the elements that have no end.
    let page = report.html(titled: Self.hostile)
    let closed = page.replacing(#/<(meta|input)([^>]*)>/#) { "<\($0.1)\($0.2)/>" }
      .replacing("<!DOCTYPE html>", with: "").replacing(" checked", with: " checked=\"\"")
      .replacing(#/<script>[\s\S]*<\/script>/#, with: "")
    let document = try XML(closed)
    let rows = document.elements.filter { $0.name == "tr" && $0.attributes["data-verdict"] != nil }
    #expect(rows.count == report.findings.count + 1)
    #expect(document.text.contains("x-query-jit: gen code size"))
    #expect(document.text.contains("What to do: specify tb-size=2048 or less"))
    #expect(!page.contains("http"), "it needs nothing else")
  }
}

/// The elements and the text that an XML parser finds in a document.
private final class XML: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  private(set) var text = ""

  init(_ text: String) throws {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    if !parser.parse() { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append((name, attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
