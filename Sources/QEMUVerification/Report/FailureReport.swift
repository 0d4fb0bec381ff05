public import QEMUJSON

/// A failure as a document, for a program that requested a document and gets no report.
public struct FailureReport: Sendable, Hashable {
  /// The kind of failure, such as `start-failed`.
  public let code: String
  /// The description of the failure, with names and values.
  public let summary: String
  /// QEMU's messages, its exit status, its command line, and other evidence of the failure.
  public let evidence: [String]
  /// The remedy; never empty.
  public let remedy: String

  /// Creates a report.
  /// - Parameters:
  ///   - code: the kind of failure; `startFailed` becomes `start-failed`.
  ///   - summary: the description of the failure, with names and values.
  ///   - evidence: the evidence of the failure.
  ///   - remedy: the remedy.
  public init(code: String, summary: String, evidence: [String], remedy: String) {
    var wasLowercase = false
    self.code = code.reduce(into: "") { text, letter in
      // A word begins at the first of consecutive capital letters: `notQEMU` has two words.
      let beginsWord = letter.isUppercase && wasLowercase
      wasLowercase = letter.isLowercase
      text += (beginsWord ? "-" : "") + letter.lowercased()
    }
    self.summary = summary
    self.evidence = evidence
    self.remedy = remedy
  }

  /// `{"error": {"code", "summary", "evidence", "remedy"}}`.
  public var json: JSONObject {
    [
      "error": .object([
        "code": .string(code), "summary": .string(summary), "evidence": .array(evidence.map(JSON.string)),
        "remedy": .string(remedy),
      ])
    ]
  }

  /// Returns a JUnit document of one test that ended with an error.
  /// - Parameter name: the name of the suite and of the test, such as `qemuctl start`.
  /// - Returns: the XML text.
  public func junit(named name: String) -> String {
    let name = name.escapedForMarkup
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites tests="1" failures="0" errors="1">
        <testsuite name="\(name)" tests="1" failures="0" errors="1" skipped="0">
          <testcase classname="\(name)" name="\(name)">
            <error type="\(code.escapedForMarkup)" \
            message="\(summary.escapedForMarkup)">\(details.escapedForMarkup)</error>
          </testcase>
        </testsuite>
      </testsuites>

      """
  }

  /// Returns a page that shows the failure.
  /// - Parameter title: the title of the page, such as `qemuctl start`.
  /// - Returns: the HTML text.
  public func html(titled title: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head><meta charset="utf-8"><title>\(title.escapedForMarkup)</title></head>
    <body>
    <h1>\(title.escapedForMarkup)</h1>
    <p><strong>\(summary.escapedForMarkup)</strong></p>
    <pre>\(details.escapedForMarkup)</pre>
    </body>
    </html>

    """
  }

  private var details: String { (evidence + ["what to do: \(remedy)"]).joined(separator: "\n") }
}
