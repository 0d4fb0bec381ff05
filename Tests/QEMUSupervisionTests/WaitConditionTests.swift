import QEMUSupervision
import Testing

private func parsed(_ text: String) -> Result<String, ConditionError> {
  do throws(ConditionError) { return .success(try WaitCondition(parsing: text).description) } catch {
    return .failure(error)
  }
}

@Suite("The text of a wait condition") struct WaitConditionTests {
  @Test(
    "is read, and written in the same way",
    arguments: [
      "running", "paused", "stopped", "panicked", "event:SHUTDOWN", "event:SHUTDOWN,reason=guest-reset",
      "event:X,a=,b.c=d,,e,f==", "event:__com.redhat_SPICE", "console:login: ?$",
      "console:^[a-z]{2,3}(x|y)*$",
      "console:a\\.b",
    ])
  func valid(text: String) { #expect(parsed(text) == .success(text)) }

  @Test(
    "is refused with the fault and the expected text",
    arguments: [
      ("", "\"\" is not a condition", "expected running"),
      ("runing", "\"runing\" is not a condition", "running"),
      ("Running", "\"Running\" is not a condition", "running"),
      ("event:", "the name of the event is missing", "event:SHUTDOWN"),
      ("event:,a=b", "the name of the event is missing", "event:SHUTDOWN"),
      ("event:shutdown", "\"shutdown\" is not the name of an event", "in upper case: SHUTDOWN"),
      ("event:A B", "\"A B\" is not the name of an event", "event:NAME"),
      ("event:A,,b", "\"A,b\" is not the name of an event", "event:NAME"),
      ("event:A,b", "\"b\" after event:A is not key=value", "key=value"),
      ("event:A,", "\"\" after event:A is not key=value", "key=value"),
      ("event:A,=x", "a key is empty in \"=x\" after event:A", "key=value"),
      ("event:A,a..b=x", "a key is empty in \"a..b=x\" after event:A", "key=value"),
      ("console:", "is empty", "console:REGEX"),
      ("console:(", "\"(\" is not valid: Unmatched ( or \\(", "extended"),
      ("console:[a", "is not valid: ", "extended"),
      ("console:(a)\\1", "contains a back-reference", "extended"),
      ("console:a\nb", "contains a line feed", "extended"), ("console:a\0b", "contains a NUL", "extended"),
      ("console:((a{1,100}){1,100}){9}", "repeats more than 4096 times", "extended"),
      ("console:a{99999999999999999999}", "repeats more than 4096 times", "extended"),
      ("console:" + String(repeating: "(", count: 2000), "is longer than 1024 bytes", "extended"),
    ])
  func invalid(text: String, summary: String, remedy: String) throws {
    guard case .failure(let error) = parsed(text) else {
      Issue.record("\(text) was accepted")
      return
    }
    #expect(error.summary.contains(summary))
    #expect(error.remedy.contains(remedy))
  }

  @Test("may contain as many parentheses as its length permits") func parentheses() throws {
    let pattern = String(repeating: "(", count: 511) + "a" + String(repeating: ")", count: 511)
    #expect(try ConsolePattern(pattern).matches([UInt8(ascii: "a")]))
  }

  @Test(
    "matches an event by its name and the values of its data",
    arguments: [
      ("SHUTDOWN", #"{"guest":true}"#, true), ("SHUTDOWN,guest=true", #"{"guest":true}"#, true),
      ("SHUTDOWN,guest=true", #"{"guest":"true"}"#, true), ("SHUTDOWN,guest=tru", #"{"guest":true}"#, false),
      ("SHUTDOWN,guest=false", #"{"guest":true}"#, false), ("SHUTDOWN,a=1,b=2", #"{"b":2,"a":1}"#, true),
      ("SHUTDOWN,a=1,b=2", #"{"a":1}"#, false), ("SHUTDOWN,a=1", "null", false),
      ("SHUTDOWN,a=1", "[1]", false),
      ("SHUTDOWN,a.b=x", #"{"a":{"b":"x"}}"#, true), ("SHUTDOWN,a.b=x", #"{"a.b":"x"}"#, false),
      ("SHUTDOWN,a.b=x", #"{"a":"x"}"#, false), ("SHUTDOWN,a=x,,y=z", #"{"a":"x,y=z"}"#, true),
      ("SHUTDOWN,a=ö", #"{"a":"\u00f6"}"#, true), ("SHUTDOWN,a=", #"{"a":""}"#, true),
      ("SHUTDOWN,a=null", #"{"a":null}"#, true), ("SHUTDOWN,a=null", #"{}"#, false),
      ("SHUTDOWN,a=-1.5e3", #"{"a":-1.5e3}"#, true), ("SHUTDOWN,a=[1,,2]", #"{"a":[1, 2]}"#, true),
      ("STOP", "{}", false),
    ])
  func events(pattern: String, data: String, expected: Bool) throws {
    let pattern = try EventPattern(parsing: pattern[...])
    #expect(pattern.matches("SHUTDOWN", data: JSONText(data)) == expected)
    #expect(pattern.matches("SHUTDOWN", data: nil) == (expected && pattern.filters.isEmpty))
  }

  @Test(
    "matches bytes of a line, NULs included",
    arguments: [
      ("b.d", [97, 98, 0, 100], true, true, false), ("^b", [98], true, true, true),
      ("^b", [98], false, true, false),
      ("b$", [98], true, true, true), ("b$", [98], true, false, false), ("^$", [], true, true, true),
      ("^$", [], false, true, false), ("x", [], true, true, false), ("d", [0, 0, 100], true, true, true),
      ("(a|b)+c", [255, 97, 98, 97, 99], true, true, true), ("[^a]", [0], true, true, true),
      ("[[:digit:]]{3}", [49, 50, 97, 51], true, true, false), ("é", [195, 169], true, true, true),
    ] as [(String, [UInt8], Bool, Bool, Bool)])
  func bytes(pattern: String, line: [UInt8], atStart: Bool, atEnd: Bool, expected: Bool) throws {
    let pattern = try ConsolePattern(pattern)
    #expect(pattern.matches(line[...], atStart: atStart, atEnd: atEnd) == expected)
    // Bytes outside of the slice have no influence.
    let inner = ([97, 98] + line + [98, 100])[2..<2 + line.count]
    #expect(pattern.matches(inner, atStart: atStart, atEnd: atEnd) == expected)
  }
}
