import Foundation
import QEMU
import QEMULifecycle
import QMP
import Testing

/// The page of a report, as a browser shows it.
@Suite(.enabled(if: Browser.program != nil, "chromium is not installed")) struct BrowserTests {
  @Test(arguments: QEMUMatrix.any)
  func aReportIsReadAndFilteredInABrowser(qemu: QEMUUnderTest) async throws {
    let report = try await report(on: qemu, ["-machine", "q35", "-m", "64", "-smp", "2", "-no-reboot"])
    let page = report.html(titled: "a <b> & \"c\"")
    // The script uses the page as a reader does, and writes down what can be seen then.
    let reader = """
      <pre id="seen"></pre><script>
      const seen=[document.title,document.querySelector("h1").textContent];
      const note=()=>seen.push([...document.querySelectorAll("tbody tr")].filter(row=>row.checkVisibility()).length);
      const box=document.querySelector('input[value=confirmed]');
      note(); box.click(); note(); box.click(); note();
      search.value="SMP"; search.dispatchEvent(new Event("input",{bubbles:true})); note();
      document.getElementById("seen").textContent=JSON.stringify(seen);
      </script></body>
      """
    let dom = try await Browser.open(page.replacing("</body>", with: reader), "--dump-dom")
    let seen = try #require(dom.output.firstMatch(of: #/<pre id="seen">(.*?)<\/pre>/#)?.1)
    let rows = report.findings.count + 1
    let confirmed = report.findings.count { $0.verdict == .confirmed } + 1
    #expect(rows > confirmed && confirmed > 3)
    let title = #""a &lt;b&gt; &amp; \"c\"""#
    #expect(seen == "[\(title),\(title),\(rows),\(rows - confirmed),\(rows),1]")
    #expect(!dom.errors.contains("CONSOLE"), "\(dom.errors)")
  }

  @Test(arguments: QEMUMatrix.any)
  func aReportFitsItsWindow(qemu: QEMUUnderTest) async throws {
    let report = try await report(on: qemu, ["-machine", "q35", "-m", "64", "-smp", "2"])
    for width in [400, 1200] {
      let reader = """
        <pre id="seen"></pre><script>
        document.getElementById("seen").textContent=document.documentElement.scrollWidth<=innerWidth;
        </script></body>
        """
      let dom = try await Browser.open(
        report.html(titled: "a report").replacing("</body>", with: reader), "--dump-dom",
        "--window-size=\(width),800")
      #expect(dom.output.contains("<pre id=\"seen\">true</pre>"), "\(width)")
    }
  }
}

/// A browser without a window.
private enum Browser {
  static let program: String? = ["chromium", "chromium-browser", "google-chrome"].map { "/usr/bin/\($0)" }
    .first {
      FileManager.default.isExecutableFile(atPath: $0)
    }

  /// Opens a page, and gives what the browser printed.
  static func open(_ page: String, _ options: String...) async throws -> (output: String, errors: String) {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "browser-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try Data(page.utf8).write(to: directory.appending(path: "page.html"))
    let files = ["output", "errors"].map { directory.appending(path: $0).path }
    let null = try Descriptor.open("/dev/null", O_RDWR)
    let output = try Descriptor.open(files[0], O_RDWR | O_CREAT, mode: 0o600)
    let errors = try Descriptor.open(files[1], O_RDWR | O_CREAT, mode: 0o600)
    // A container gives no privileges to make its sandbox of; the page is ours.
    let common = [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-logging=stderr",
      "--user-data-dir=\(directory.appending(path: "profile").path)",
    ]
    let process = try ChildProcess.spawn(
      try #require(program), common + options + ["file://\(directory.path)/page.html"],
      environment: ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" },
      passing: [.init(null.number, as: 0), .init(output.number, as: 1), .init(errors.number, as: 2)])
    if await process.waitForEnd(within: .seconds(120)) == nil { try process.send(signal: SIGKILL) }
    return (
      try String(contentsOfFile: files[0], encoding: .utf8),
      try String(contentsOfFile: files[1], encoding: .utf8)
    )
  }
}
