extension VerificationReport {
  /// The report as JUnit XML, which build servers show: a drift is a failed test, what cannot be observed a skipped one.
  ///
  /// A drift that was accepted passes, and says so.
  /// - Parameter name: what was verified, as the suite is to be called.
  public func junit(named name: String) -> String {
    let rows = rows
    let failures = rows.count { $0.isFailure }
    let skipped = rows.count { $0.verdict == .unobservable }
    let cases = rows.map(\.testCase).joined()
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites tests="\(rows.count)" failures="\(failures)" errors="0">
        <testsuite name="\(name.escapedForMarkup)" tests="\(rows.count)" failures="\(failures)" errors="0" skipped="\(skipped)">
      \(cases)  </testsuite>
      </testsuites>

      """
  }
}

extension Finding {
  fileprivate var isFailure: Bool { verdict == .drifted && !isAccepted }

  fileprivate var testCase: String {
    let head = "    <testcase classname=\"\(option.escapedForMarkup)\" name=\"\(title.escapedForMarkup)\""
    return head + ">\n" + outcome
      + "      <system-out>\(words.escapedForMarkup)</system-out>\n    </testcase>\n"
  }

  private var outcome: String {
    switch verdict {
    case .drifted where !isAccepted:
      "      <failure message=\"\("\(requested) was asked for, \(observed ?? "nothing") is live".escapedForMarkup)\">"
        + "\(failureWords.escapedForMarkup)</failure>\n"
    case .unobservable: "      <skipped message=\"\((reason ?? "nothing shows it").escapedForMarkup)\"/>\n"
    default: ""
    }
  }

  private var failureWords: String {
    ([reason].compactMap(\.self) + evidenceLines
      + [remedy.map { "what to do (\($0.kind.rawValue)): \($0.text)" }].compactMap(\.self))
      .joined(separator: "\n")
  }

  private var words: String {
    ([
      "\(verdict.rawValue)\(isAccepted ? ", accepted" : ""): requested \(requested), observed \(observed ?? "nothing")"
    ]
      + [reason].compactMap(\.self) + evidenceLines).joined(separator: "\n")
  }
}
