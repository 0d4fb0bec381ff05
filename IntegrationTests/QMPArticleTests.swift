import Foundation
import QEMU
import Testing

/// The article about QMP is true: its code is compiled, and does on a real QEMU what it says.
@Suite struct QMPArticleTests {
  @Test func theCodeIsTheOneThatIsCompiled() throws {
    let root = QEMUMatrix.packageRoot
    let article = try String(
      contentsOf: root.appending(path: "Sources/QMP/QMP.docc/TalkingToQEMU.md"), encoding: .utf8)
    let code = article.split(separator: "```swift\n").dropFirst().compactMap {
      $0.split(separator: "\n```").first
    }
    let file = root.appending(path: "IntegrationTests/QMPArticleExample.swift")
    #expect(try code.joined(separator: "\n\n") + "\n" == String(contentsOf: file, encoding: .utf8))
  }

  @Test func everySymbolThatIsNamedIsThere() throws {
    let directory = QEMUMatrix.packageRoot.appending(path: "Sources/QMP")
    var sources = ""
    for file in try FileManager.default.contentsOfDirectory(atPath: directory.path())
    where file.hasSuffix(".swift") {
      sources += try String(contentsOf: directory.appending(path: file), encoding: .utf8)
    }
    for file in ["QMP.md", "TalkingToQEMU.md"] {
      let text = try String(contentsOf: directory.appending(path: "QMP.docc/\(file)"), encoding: .utf8)
        .replacing("```", with: "")
      for match in text.matches(of: #/``(\w+)(?:/(\w+))?/#) where match.1 != "QMP" {
        #expect(sources.contains(try Regex("(struct|actor|enum) \(match.1)\\b")), "\(match.1)")
        if let member = match.2 {
          #expect(sources.contains(try Regex("(func|case|struct|enum) \(member)\\b")), "\(member)")
        }
      }
    }
  }

  @Test(arguments: QEMUMatrix.all)
  func theCodeDoesWhatItSays(qemu: QEMUUnderTest) async throws {
    try await withStateDirectory { state in
      let machine = try await VirtualMachine.start(launchRequest(qemu, ["-machine", "none"], state))
      let record = await machine.record
      await machine.release()
      let path = "\(state.path)/\(record.name)/\(record.socket)"
      do {
        #expect(try await describe(monitor: path) == "prelaunch, 0 CPUs")
        let session = try await QMPSession.connect(path: path)
        try await run(session)
        try await withImage { try await addImage($0, to: session) }
        #expect(try await session.execute(QueryNamedBlockNodes()).contains { $0.nodeName == "image" })
        try await quit(session)
        #expect(await machine.waitForEnd(within: .seconds(60)) != nil)
      } catch {
        await machine.discard()
        throw error
      }
      await machine.discard()
    }
  }

  private func withImage(_ body: (Int32) async throws -> Void) async throws {
    let file = FileManager.default.temporaryDirectory.appending(
      path: "swift-qemu-\(UUID().uuidString.prefix(8)).img")
    try Data(count: 1 << 20).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let handle = try FileHandle(forReadingFrom: file)
    try await body(handle.fileDescriptor)
  }
}
