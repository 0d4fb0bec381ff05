extension VerificationReport {
  /// Returns the report as a self-contained page with a table that can be searched and filtered by verdict.
  /// - Parameter title: the title of the page.
  public func html(titled title: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(title.escapedForMarkup)</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <h1>\(title.escapedForMarkup)</h1>
    <p class="summary">Verdict: <strong class="\(verdict.rawValue)">\(verdict.rawValue)</strong></p>
    <form id="filter">\(filters)<input type="search" id="search" placeholder="Search" aria-label="Search"></form>
    <table>
    <thead><tr><th>Verdict</th><th>Property</th><th>Requested</th><th>Observed</th><th>Evidence</th></tr></thead>
    <tbody>
    \(rows.map(\.row).joined(separator: "\n"))
    </tbody>
    </table>
    <script>\(Self.script)</script>
    </body>
    </html>

    """
  }

  private var filters: String {
    Verdict.allCases.map { verdict in
      let count = counts[verdict] ?? 0
      return
        "<label class=\"\(verdict.rawValue)\"><input type=\"checkbox\" value=\"\(verdict.rawValue)\" checked> "
        + "\(verdict.rawValue) (\(count))</label>"
    }.joined(separator: "\n")
  }

  private static let style = """
    body{font:15px/1.4 system-ui,sans-serif;margin:2em;color:#222;background:#fff}
    table{border-collapse:collapse;width:100%}
    th,td{text-align:left;vertical-align:top;padding:.35em .6em;border-bottom:1px solid #ddd}
    td{overflow-wrap:anywhere}
    td code{white-space:pre-wrap;overflow-wrap:anywhere}
    @media (max-width:700px){body{margin:1em}thead{display:none}td{display:block;border:0;padding:.1em 0}
    tr{display:block;border-bottom:1px solid #ddd;padding:.5em 0}
    td:nth-child(3)::before{content:"requested "}td:nth-child(4)::before{content:"observed "}}
    tr[hidden]{display:none}
    form{display:flex;flex-wrap:wrap;gap:1em;margin:1em 0}
    .confirmed{color:#176b33}.fell-back{color:#8a5a00}.drifted,.unproven,.unobserved{color:#b00020}.unobservable{color:#666}
    .reason,.remedy{display:block;margin-top:.2em}
    @media (prefers-color-scheme:dark){body{color:#ddd;background:#181818}th,td{border-color:#444}
    .confirmed{color:#6fcf8e}.fell-back{color:#e0b050}.drifted,.unproven,.unobserved{color:#ff7f8f}.unobservable{color:#999}}
    """

  private static let script = """
    const form=document.getElementById("filter"),search=document.getElementById("search");
    function show(){
      const verdicts=new Set([...form.querySelectorAll("input[type=checkbox]:checked")].map(box=>box.value));
      const words=search.value.toLowerCase();
      for(const row of document.querySelectorAll("tbody tr"))
        row.hidden=!verdicts.has(row.dataset.verdict)||!row.textContent.toLowerCase().includes(words);
    }
    form.addEventListener("input",show);
    form.addEventListener("submit",event=>event.preventDefault());
    """
}

extension Finding {
  fileprivate var row: String {
    let remarks =
      [reason.map { "<span class=\"reason\">\($0.escapedForMarkup)</span>" }].compactMap(\.self)
      + [
        remedy.map {
          "<span class=\"remedy\">What to do: \($0.text.escapedForMarkup)</span>"
        }
      ].compactMap(\.self)
    let cells = [
      "<td class=\"\(verdict.rawValue)\">\(verdict.rawValue)\(isAccepted ? " (accepted)" : "")</td>",
      "<td>\(title.escapedForMarkup)</td>", "<td><code>\(requested.escapedForMarkup)</code></td>",
      "<td><code>\((observed ?? "").escapedForMarkup)</code></td>",
      "<td><code>\(evidenceLines.joined(separator: "\n").escapedForMarkup)</code>\(remarks.joined())</td>",
    ]
    return "<tr data-verdict=\"\(verdict.rawValue)\">\(cells.joined())</tr>"
  }
}
