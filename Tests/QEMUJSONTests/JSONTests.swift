import QEMUJSON
import RandomValues
import Testing

@Suite struct JSONTests {
  static let texts: [(String, JSON)] = [
    ("null", JSON.null), ("true", true), (" 12 ", 12), ("-0.5", -0.5), ("1e3", 1000.0),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .unsigned(1 << 63)), ("18446744073709551615", .unsigned(.max)),
    (#""a\u0000b""#, "a\0b"), (#""\u00e9/\/""#, "é//"), ("[]", .array([])), ("{}", .object([:])),
    (#"{"b":[1,{"a":null}],"a":"x"}"#, ["b": [1, ["a": nil]], "a": "x"]),
  ]

  @Test(arguments: texts)
  func parsesAndKeepsTheValue(text: String, expected: JSON) throws {
    #expect(try JSON.parse(text) == expected)
    #expect(try JSON.parse(expected.serialized()) == expected)
  }

  @Test(arguments: [
    ("", JSONError.Code.incomplete, 0), ("{", .incomplete, 1), (#"{"a":1"#, .incomplete, 6),
    (#""abc"#, .incomplete, 0), ("tru", .incomplete, 0), ("-", .incomplete, 0),
    ("18446744073709551616", .numberOutOfRange, 0), ("[-9223372036854775809]", .numberOutOfRange, 1),
    ("1e999", .numberOutOfRange, 0), ("[0,-2.5e308]", .numberOutOfRange, 3),
    (#"{"a":1,"a":2}"#, .duplicateKey, 7), (#"{"a":1,"\u0061":2}"#, .duplicateKey, 7),
    (#"{"x":{"a":1},"y":{"a":1,"a":1}}"#, .duplicateKey, 24), (#"{"a\u0000b":1}"#, .nulInKey, 1),
    ("'a'", .malformed, 0), ("NaN", .malformed, 0), ("[Infinity]", .malformed, 1), ("nan", .malformed, 0),
    ("/* c */ 1", .malformed, 0), ("[1,]", .malformed, 3), ("01", .malformed, 0), ("1 2", .malformed, 2),
    ("\"a\nb\"", .malformed, 2), ("{a:1}", .malformed, 1), ("\0", .malformed, 0), ("]", .malformed, 0),
    ("1.", .incomplete, 0), ("[1.]", .malformed, 1),
  ])
  func refusesWithThePlace(text: String, code: JSONError.Code, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
    #expect(error?.code == code, "\(text): \(String(describing: error))")
    #expect(error?.offset == offset, "\(text): \(String(describing: error))")
    #expect(error?.remedy.isEmpty == false)
  }

  @Test func keysThatDifferInBytesAreTwoMembers() throws {
    // To Swift's strings é is e with an accent behind it. The NUL makes the keys be looked at one by one.
    let text = "{\"é\":1,\"e\u{301}\":2,\"x\":\"\\u0000\"}"
    let object = try #require(try JSON.parse(text).objectValue)
    #expect(object["é"] == 1 && object["e\u{301}"] == 2)
    #expect(try JSON.object(JSONObject(object.map { ($0.name, $0.value) })).serialized() == text)
  }

  @Test func refusesTextThatIsNotUTF8() {
    let error = #expect(throws: JSONError.self) { try JSON.parse([0x22, 0x61, 0xFF, 0x22]) }
    #expect(error?.code == .invalidUTF8)
    #expect(error?.offset == 2)
  }

  @Test func aNestingBombIsAnErrorAndTheLimitIsExact() throws {
    let bomb = String(repeating: "[", count: 1_000_000)
    #expect(throws: JSONError.self) { try JSON.parse(bomb) }
    let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    _ = try JSON.parse(deep)
    #expect(throws: JSONError.self) { try JSON.parse("[" + deep + "]") }
    #expect(throws: JSONError.self) { try JSON.parse("[[1]]", depthLimit: 1) }
  }

  @Test func slashesAndOrderAreKept() throws {
    let value: JSON = ["z": "/dev/kvm", "a": 1]
    #expect(try value.serialized() == #"{"z":"/dev/kvm","a":1}"#)
  }

  @Test func whatJSONCannotSayIsRefused() {
    #expect(throws: JSONError.self) { try JSON.number(.infinity).serialized() }
    #expect(throws: JSONError.self) { try JSON.array([.number(.nan)]).serialized() }
    #expect(throws: JSONError.self) { try JSON.object(["a\0": 1]).serialized() }
  }

  @Test func equalityOfObjectsIgnoresOrder() {
    let left: JSON = ["a": 1, "b": 2]
    let right: JSON = ["b": 2, "a": 1]
    #expect(left == right)
    #expect(left.hashValue == right.hashValue)
    #expect(left != ["a": 1, "b": 3])
  }

  @Test func randomValuesSurviveARoundTrip() throws {
    var generator = SplitMix64(seed: 7)
    for _ in 0..<2000 {
      let value = JSON.random(using: &generator, depth: 4)
      #expect(try JSON.parse(value.serialized()) == value)
    }
  }
}

extension JSON {
  static func random(using generator: inout SplitMix64, depth: Int) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &generator) {
    case 0: .null
    case 1: .bool(.random(using: &generator))
    case 2: .integer(.random(in: .min ... .max, using: &generator))
    case 3: JSON(UInt64.random(in: 0 ... .max, using: &generator))
    case 4: .number(Double.random(in: -1e9...1e9, using: &generator))
    case 5: .integer(.random(in: -9...9, using: &generator))
    case 6: .string(randomText(using: &generator))
    case 7: .array((0..<3).map { _ in random(using: &generator, depth: depth - 1) })
    default:
      .object(
        JSONObject(
          (0..<3).map {
            ("\($0)" + randomKey(using: &generator), random(using: &generator, depth: depth - 1))
          }))
    }
  }

  private static func randomText(using generator: inout SplitMix64) -> String {
    let alphabet: [Character] = ["a", "\"", "\\", "/", "\n", "\0", "é", "𝄞", "\u{7F}", "{", ",", " "]
    return String(
      (0..<Int.random(in: 0..<8, using: &generator)).map { _ in
        alphabet.randomElement(using: &generator) ?? "a"
      })
  }

  private static func randomKey(using generator: inout SplitMix64) -> String {
    randomText(using: &generator).filter { $0 != "\0" }
  }
}
