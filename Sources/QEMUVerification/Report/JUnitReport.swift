extension VerificationReport {
  /// Returns the report as JUnit XML for build servers: a drift is a failure, an unobserved property an error, an
  /// unobservable one a skipped test.
  ///
  /// In a strict comparison all three are failures. A finding that the user accepted passes.
  /// - Parameter name: the name of the test suite.
  public func junit(named name: String) -> String {
    let rows = rows
    let failures = rows.count { $0.isFailure }
    let errors = rows.count { $0.isError }
    let skipped = rows.count { $0.isSkipped }
    let cases = rows.map(\.testCase).joined()
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites tests="\(rows.count)" failures="\(failures)" errors="\(errors)">
        <testsuite name="\(name.escapedForMarkup)" tests="\(rows.count)" failures="\(failures)" errors="\(errors)" skipped="\(skipped)">
      \(cases)  </testsuite>
      </testsuites>

      """
  }
}

extension Finding {
  fileprivate var isError: Bool { verdict == .unobserved && !isFailure && !isAccepted }
  fileprivate var isSkipped: Bool { verdict == .unobservable && !isFailure && !isAccepted }

  fileprivate var testCase: String {
    let head = "    <testcase classname=\"\(option.escapedForMarkup)\" name=\"\(title.escapedForMarkup)\""
    return head + ">\n" + outcome
      + "      <system-out>\(words.escapedForMarkup)</system-out>\n    </testcase>\n"
  }

  private var outcome: String {
    if isFailure { return element("failure", "\(requested) was requested, \(liveText)") }
    if isError { return element("error", reason ?? "it was not observed") }
    return isSkipped
      ? "      <skipped message=\"\((reason ?? "nothing shows it").escapedForMarkup)\"/>\n" : ""
  }

  private var liveText: String {
    verdict == .drifted ? "\(observed ?? "nothing") is live" : "and it is \(verdict.rawValue)"
  }

  private func element(_ name: String, _ message: String) -> String {
    "      <\(name) message=\"\(message.escapedForMarkup)\">\(failureText.escapedForMarkup)</\(name)>\n"
  }

  private var failureText: String {
    ([reason].compactMap(\.self) + evidenceLines
      + [remedy.map { "what to do: \($0.text)" }].compactMap(\.self))
      .joined(separator: "\n")
  }

  private var words: String {
    ([
      "\(verdict.rawValue)\(isAccepted ? ", accepted" : ""): requested \(requested), observed \(observed ?? "nothing")"
    ]
      + [reason].compactMap(\.self) + evidenceLines).joined(separator: "\n")
  }
}
