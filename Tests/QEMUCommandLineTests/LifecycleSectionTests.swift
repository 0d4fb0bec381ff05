import QEMUCommandLine
import Testing

/// The section `lifecycle` of a configuration.
@Suite struct LifecycleSectionTests {
  private func section(_ text: String) throws -> LifecycleSection {
    try #require(try ConfigurationDocument(json: #"{"lifecycle":\#(text)}"#).lifecycle())
  }

  @Test func everyKeyIsRead() throws {
    let section = try section(
      """
      {"restart":"on-failure","backoff":{"from":"500ms","to":60,"give-up":"3 in 5m"},"user":"qemu","limits":{},
       "stop":[{"powerdown":"1m"},{"terminate":"2s"}],"qmp":{"allow":["blockdev-add"]}}
      """)
    #expect(section.restart == .onFailure)
    #expect(section.backoff?.from == .milliseconds(500) && section.backoff?.to == .seconds(60))
    #expect(section.backoff?.giveUp?.count == 3 && section.backoff?.giveUp?.window == .seconds(300))
    #expect(section.stop == [.powerdown: .seconds(60), .terminate: .seconds(2)])
    #expect(section.allowedCommands == .named(["blockdev-add"]))
    #expect(section.user == "qemu" && section.ignored == ["limits"])
    #expect(try self.section(#"{"qmp":{"allow":"all"}}"#).allowedCommands == .all)
  }

  @Test(arguments: [
    (#"{"restart":"sometimes"}"#, "lifecycle.restart is none of never, on-failure, always"),
    (#"{"restrat":"never"}"#, "lifecycle has no key \"restrat\""),
    (#"{"backoff":{"from":"1 day"}}"#, "lifecycle.backoff.from is not a time"),
    (#"{"backoff":{"from":"2m","to":"1s"}}"#, "lifecycle.backoff.from is longer than"),
    (#"{"backoff":{"give-up":"0 in 10m"}}"#, "give-up is not a number of restarts"),
    (#"{"backoff":{"give-up":5}}"#, "give-up is not a number of restarts"),
    (#"{"backoff":[]}"#, "lifecycle.backoff is not a mapping"),
    (#"{"stop":{"quit":"1s"}}"#, "lifecycle.stop is not a list"),
    (#"{"stop":[{"kill":"1s"}]}"#, "a step that is not powerdown, quit or terminate"),
    (#"{"stop":[{"quit":"1s"},{"powerdown":"1s"}]}"#, "powerdown after a later step"),
    (#"{"stop":[{"quit":"soon"}]}"#, "lifecycle.stop.quit is not a time"),
    (#"{"qmp":{"allow":"some"}}"#, "lifecycle.qmp.allow is neither all nor a list"),
    (#"{"qmp":{"deny":[]}}"#, "lifecycle.qmp has no key \"deny\""),
  ])
  func aFaultIsReportedWithARemedy(text: String, message: String) throws {
    let document = try ConfigurationDocument(json: #"{"lifecycle":\#(text)}"#)
    let error = try #require(throws: CommandLineError.self) { try document.lifecycle() }
    #expect(error.description.contains(message), "\(error)")
    #expect(!error.remedy.isEmpty)
  }
}
