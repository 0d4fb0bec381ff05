import QEMUSupervision
import Testing

@Suite("JSON text") struct JSONTextTests {
  @Test(
    "accepts a valid value and trims whitespace",
    arguments: [
      (" {} ", "{}"), ("[1, -2.5e+3, true]\n", "[1, -2.5e+3, true]"), ("12", "12"), ("'a\"'", "'a\"'"),
      (" null", "null"), (#"{"a": {"a": 1}}"#, #"{"a": {"a": 1}}"#),
    ])
  func accepts(text: String, trimmed: String) {
    #expect(JSONText(text).map { String(decoding: $0.bytes, as: UTF8.self) } == trimmed)
  }

  @Test(
    "refuses what is not one value",
    arguments: [
      "", " ", "{", "1 2", "{} {}", "[1,]", "foo", #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, "\"a", "01",
      "{}x", "%d",
      "[foo", "'\\x'", "]", "{} ,", "@", "{1:2}",
    ])
  func refuses(text: String) {
    #expect(JSONText(text) == nil)
  }

  @Test("limits the depth") func depth() {
    #expect(JSONText(String(repeating: "[", count: 1024) + String(repeating: "]", count: 1024)) != nil)
    #expect(JSONText(String(repeating: "[", count: 1025) + String(repeating: "]", count: 1025)) == nil)
  }

  @Test("finds duplicate names among many") func duplicates() {
    let members = (0..<100).map { "\"n\($0)\":1" }.joined(separator: ",")
    #expect(JSONText("{\(members)}") != nil)
    #expect(JSONText("{\(members),\"n50\":2}") == nil)
  }

  @Test("accepts many names") func manyNames() {
    let members = (0..<50_000).map { "\"\($0)\":1" }.joined(separator: ",")
    #expect(JSONText("{\(members)}") != nil)
  }

  @Test("reads members and elements") func members() throws {
    let value = try #require(JSONText(#" {"a" : [1 , "x\n" ,{"b":2}], 'c':null, "d":{} , "\u00e9":true} "#))
    #expect(value.members?.map(\.name) == ["a", "c", "d", "é"])
    #expect(value["a"]?.elements?.count == 3)
    #expect(value["a"]?.elements?[1].string == "x\n")
    #expect(value["a"]?.elements?[2]["b"]?.integer == 2)
    #expect(value["c"]?.isNull == true)
    #expect(value["d"]?.members?.isEmpty == true)
    #expect(value["é"]?.boolean == true)
    #expect(value["b"] == nil)
    #expect(value.elements == nil)
    #expect(JSONText("[]")?.elements?.isEmpty == true)
    #expect(JSONText("[]")?.members == nil)
    #expect(JSONText("\"a\"")?["a"] == nil)
  }

  @Test(
    "reads integers that fit",
    arguments: [
      ("0", 0), ("-12", -12), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
      ("9223372036854775808", nil), ("1.0", nil), ("1e3", nil), ("\"1\"", nil), ("true", nil), ("-0", 0),
    ] as [(String, Int?)])
  func integers(text: String, expected: Int?) {
    #expect(JSONText(text)?.integer == expected)
  }

  @Test(
    "decodes strings",
    arguments: [
      (#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac""#, "\"\\/\u{8}\u{C}\n\r\tAé€"), (#""\uD83D\uDE00""#, "😀"),
      (#"'it\'s "x"'"#, "it's \"x\""), (#""\u0000""#, "\0"), ("\"é😀\"", "é😀"), (#""""#, ""),
    ])
  func strings(text: String, expected: String) {
    #expect(JSONText(text)?.string == expected)
    #expect(JSONText(text)?.isString(expected) == true)
    #expect(JSONText(text)?.isString(expected + "x") == false)
  }

  @Test("writes strings that read back as they were") func roundTrip() {
    for scalar in (0..<0x300).compactMap({ Unicode.Scalar($0) }) + ["😀", "€", "\u{FFFD}"] {
      let written = JSONText.string("a\(scalar)b")
      #expect(JSONText(written.bytes)?.string == "a\(scalar)b")
      #expect(!written.bytes.contains { $0 < 0x20 })
    }
    #expect(JSONText.string([0x61, 0xFF, 0x62]).string == "a\u{FFFD}b")
  }

  @Test("writes compact objects and arrays") func writing() {
    let value = JSONText.object([
      ("seq", .integer(1)), ("name", .string("x\"")), ("none", nil),
      ("list", .array([.null, .boolean(true), .array([])])),
      ("empty", .object([])), ("time", .decimal(-1_023_456_789, decimals: 9)),
      ("short", .decimal(5, decimals: 3)),
    ])
    #expect(
      String(decoding: value.bytes, as: UTF8.self)
        == #"{"seq":1,"name":"x\"","list":[null,true,[]],"empty":{},"time":-1.023456789,"short":0.005}"#)
    #expect(JSONText(value.bytes) == value)
  }

  @Test("replaces the bytes of a member") func replacing() throws {
    let value = try #require(JSONText(#"{"a": 1, "b": "x", "c": [2]}"#))
    let range = try #require(value.range(of: "b"))
    let other = try #require(value.range(of: "c"))
    let changed = value.replacing([(range, .string("longer")), (other, .null)])
    #expect(String(decoding: changed.bytes, as: UTF8.self) == #"{"a": 1, "b": "longer", "c": null}"#)
  }

  @Test("removes whitespace outside strings") func minifying() throws {
    let value = try #require(JSONText("{ \"a b\" :\t[ 1 ,\n 'c  \\' d' ] , \"x\":{ } }"))
    #expect(String(decoding: value.minified, as: UTF8.self) == #"{"a b":[1,'c  \' d'],"x":{}}"#)
  }

  @Test(
    "compares values regardless of the order of members",
    arguments: [
      (#"{"a":1,"b":[{"c":"é"}]}"#, #"{ "b" : [{'c':"\u00e9"}], "a" : 1 }"#, true), ("1", "1.0", false),
      (#"{"a":1}"#, #"{"b":1}"#, false),
      (#"{"a":1}"#, #"{"a":1,"b":2}"#, false), (#"{"a":1,"b":2}"#, #"{"a":1}"#, false),
      ("[1,2]", "[2,1]", false),
      ("[]", "{}", false), ("{}", "[]", false), ("\"1\"", "1", false), ("1", "\"1\"", false),
      ("'a'", "\"a\"", true),
      ("null", "null", true), ("[1]", "[1,2]", false),
    ])
  func equality(left: String, right: String, expected: Bool) throws {
    #expect(try #require(JSONText(left)).equals(#require(JSONText(right))) == expected)
  }

  @Test(
    "is safe with invalid text",
    arguments: ["{\"a\"", "{\"a\":", "{\"a\":[", "\"\\", "\"", "{", "[1", "{]", "[}", "'\\u12"])
  func invalid(text: String) {
    let value = JSONText(unchecked: Array(text.utf8)[...])
    _ = (value.members, value.elements, value["a"], value.string, value.minified, value.integer)
    #expect(value["b"] == nil)
  }
}
