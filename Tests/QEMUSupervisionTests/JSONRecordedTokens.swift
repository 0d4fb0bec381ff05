/// Input of a QMP client that follows `{"execute":"qmp_capabilities"}`, and QEMU's answers: `.` for a
/// message, and the description of each error. QEMU 7.2 and 10.0 give the same texts.
let recordedTokens: [RecordedSyntax] = [
  RecordedSyntax(
    "garbage\n",
    since7: ["~invalid keyword 'garbage'"],
    since11: ["1:31: ~invalid keyword 'garbage'"]),
  RecordedSyntax("[1,]\n", since7: ["~expecting value"], since11: ["1:34: ~expecting value"]),
  RecordedSyntax("{\"a\":}\n", since7: ["~expecting value"], since11: ["1:36: ~expecting value"]),
  RecordedSyntax("{\"a\" 1}\n", since7: ["~missing : in object pair"], since11: ["1:36: ~expecting ':'"]),
  RecordedSyntax("{1:2}\n", since7: ["~key is not a string in object"], since11: ["1:32: ~expecting key"]),
  RecordedSyntax("{\"a\":1,\"a\":2}\n", since7: ["~duplicate key"], since11: ["1:42: ~duplicate key"]),
  RecordedSyntax("{\"a\":1,\"a\":2,b}\n", since7: ["~duplicate key"], since11: ["1:42: ~duplicate key"]),
  RecordedSyntax("]\n", since7: ["~expecting value"], since11: ["1:31: ~expecting value"]),
  RecordedSyntax("}\n", since7: ["~expecting value"], since11: ["1:31: ~expecting value"]),
  RecordedSyntax("{]\n", since7: ["~expecting value"], since11: ["1:32: ~expecting key"]),
  RecordedSyntax("[}\n", since7: ["~expecting value"], since11: ["1:32: ~expecting value"]),
  RecordedSyntax("[1 2]\n", since7: ["~expected separator in list"], since11: ["1:34: ~expected ',' or ']'"]),
  RecordedSyntax(
    "{\"a\":1 \"b\"}\n",
    since7: ["~expected separator in dict"],
    since11: ["1:38: ~expected ',' or '}'"]),
  RecordedSyntax("1 \n", since7: ["."], since11: ["."]),
  RecordedSyntax("\"x\"\n", since7: ["."], since11: ["."]),
  RecordedSyntax("null\n", since7: ["."], since11: ["."]),
  RecordedSyntax("true false\n", since7: [".", "."], since11: [".", "."]),
  RecordedSyntax(
    "{\"a\": garbage}\n",
    since7: ["~invalid keyword 'garbage'"],
    since11: ["1:37: ~invalid keyword 'garbage'"]),
  RecordedSyntax(
    "{\"a\": garbage, \"b\": garbage2}\n",
    since7: ["~invalid keyword 'garbage'"],
    since11: ["1:37: ~invalid keyword 'garbage'"]),
  RecordedSyntax(
    "{\"a\": @@ }\n",
    since7: ["~stray '@'", "~expecting value"],
    since11: ["1:37: ~stray '@'", "1:41: ~expecting value"]),
  RecordedSyntax(
    "@@ abc {\"execute\":\"query-status\"}\n",
    since7: ["~stray '@'", "."],
    since11: ["1:31: ~stray '@'", "."]),
  RecordedSyntax(
    "{\"a\":\"x\ny\"}\n",
    since7: ["~stray '\"x\n'", "~expecting value"],
    since11: ["1:36: ~stray '\"x\n'", "2:4: ~expecting value"]),
  RecordedSyntax(
    "\"\\q\"\n",
    since7: ["~invalid escape sequence in string"],
    since11: ["1:31: ~invalid escape sequence in string"]),
  RecordedSyntax(
    "\"\\uD800\"\n",
    since7: ["~\\uD800 is not a valid Unicode character"],
    since11: ["1:31: ~\\uD800 is not a valid Unicode character"]),
  RecordedSyntax(
    "\"\\u12\"\n",
    since7: ["~\\u12\" is not a valid Unicode character"],
    since11: ["1:31: ~\\u12\" is not a valid Unicode character"]),
  RecordedSyntax(
    "\"\\u00\"x\n",
    since7: ["~\\u00\" is not a valid Unicode character", "~invalid keyword 'x'"],
    since11: ["1:31: ~\\u00\" is not a valid Unicode character", "1:37: ~invalid keyword 'x'"]),
  RecordedSyntax("\"\u{FF}\"\n", since7: ["~stray '\"\u{FFFD}'"], since11: ["1:31: ~stray '\"\u{FFFD}'"]),
  RecordedSyntax(
    "\"\u{C3}(\"\n",
    since7: ["~invalid UTF-8 sequence in string"],
    since11: ["1:31: ~invalid UTF-8 sequence in string"]),
  RecordedSyntax("\u{FF}\n", since7: ["~stray '\u{FFFD}'"], since11: ["1:31: ~stray '\u{FFFD}'"]),
  RecordedSyntax("\u{C3}\u{A9}\n", since7: ["~stray '\u{FFFD}'"], since11: ["1:31: ~stray '\u{FFFD}'"]),
  RecordedSyntax("%d\n", since7: ["~stray '%'"], since11: ["1:31: ~stray '%'"]),
  RecordedSyntax("{'execute':'query-status'}", since7: ["."], since11: ["."]),
  RecordedSyntax("01\n", since7: ["~stray '01'"], since11: ["1:31: ~stray '01'"]),
  RecordedSyntax("1.e\n", since7: ["~stray '1.e'"], since11: ["1:31: ~stray '1.e'"]),
  RecordedSyntax("-\n", since7: ["~stray '-\n'"], since11: ["1:31: ~stray '-\n'"]),
  RecordedSyntax("-a\n", since7: ["~stray '-a'"], since11: ["1:31: ~stray '-a'"]),
  RecordedSyntax("1e5 \n", since7: ["."], since11: ["."]),
  RecordedSyntax("{,}\n", since7: ["~expecting value"], since11: ["1:32: ~expecting key"]),
  RecordedSyntax("{\"a\",1}\n", since7: ["~missing : in object pair"], since11: ["1:35: ~expecting ':'"]),
  RecordedSyntax("{\"a\":1,}\n", since7: ["~expecting value"], since11: ["1:38: ~expecting key"]),
  RecordedSyntax("[,1]\n", since7: ["~expecting value"], since11: ["1:32: ~expecting value"]),
  RecordedSyntax(
    "{\"a\":]}\n",
    since7: ["~expecting value", "~expecting value"],
    since11: ["1:36: ~expecting value", "1:37: ~expecting value"]),
  RecordedSyntax("[{]}\n", since7: ["~expecting value"], since11: ["1:33: ~expecting key"]),
  RecordedSyntax("{\"\\u0000\":1}\n", since7: ["."], since11: ["."]),
  RecordedSyntax(
    "\"\\uFFFF\"\n",
    since7: ["~\\uFFFF is not a valid Unicode character"],
    since11: ["1:31: ~\\uFFFF is not a valid Unicode character"]),
  RecordedSyntax(
    "\"\\uDC00\"\n",
    since7: ["~\\uDC00 is not a valid Unicode character"],
    since11: ["1:31: ~\\uDC00 is not a valid Unicode character"]),
  RecordedSyntax("\"\\uD83D\\uDE00\"\n", since7: ["."], since11: ["."]),
  RecordedSyntax(
    "\"\\uD83D\\u0041\"\n",
    since7: ["~\\uD83D is not a valid Unicode character"],
    since11: ["1:31: ~\\uD83D is not a valid Unicode character"]),
  RecordedSyntax("\"\u{C0}\u{80}\"\n", since7: ["."], since11: ["."]),
  RecordedSyntax(
    "abc\n\n  def ghi\n",
    since7: ["~invalid keyword 'abc'", "~invalid keyword 'def'", "~invalid keyword 'ghi'"],
    since11: ["1:31: ~invalid keyword 'abc'", "3:3: ~invalid keyword 'def'", "3:7: ~invalid keyword 'ghi'"]),
  RecordedSyntax(
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n{\"execute\":\"query-name\"}\n",
    since7: ["~stray 'G'", "~stray 'H'", "~expecting value", "~invalid keyword 'x'", "."],
    since11: [
      "1:31: ~stray 'G'", "2:1: ~stray 'H'", "2:6: ~expecting value", "2:7: ~invalid keyword 'x'", ".",
    ]),
  RecordedSyntax(
    "{\"execute\":\"query-name\"}garbage{\"execute\":\"query-name\"}\n",
    since7: [".", "~invalid keyword 'garbage'", "."],
    since11: [".", "1:55: ~invalid keyword 'garbage'", "."]),
  RecordedSyntax(
    "{\"a\": [1,2}  {\"execute\":\"query-name\"}\n",
    since7: [],
    since11: ["1:42: ~expected ',' or ']'"]),
  RecordedSyntax(
    "{\"a\": foo [1,2]}  {\"execute\":\"query-name\"}\n",
    since7: ["~invalid keyword 'foo'", "."],
    since11: ["1:37: ~invalid keyword 'foo'", "."]),
  RecordedSyntax(
    "{\"a\" foo [1,2] }\n",
    since7: ["~missing : in object pair"],
    since11: ["1:36: ~expecting ':'"]),
  RecordedSyntax(":\n", since7: ["~expecting value"], since11: ["1:31: ~expecting value"]),
  RecordedSyntax(",\n", since7: ["~expecting value"], since11: ["1:31: ~expecting value"]),
  RecordedSyntax(
    "{\"x\":\"\u{FF}\"}\n",
    since7: ["~stray '\"\u{FFFD}'", "~expecting value"],
    since11: ["1:36: ~stray '\"\u{FFFD}'", "1:40: ~expecting value"]),
  RecordedSyntax(
    "{\"x\u{FF}}{\"execute\":\"query-name\"}\n",
    since7: ["~stray '\"x\u{FFFD}'", "~expecting value", "."],
    since11: ["1:32: ~stray '\"x\u{FFFD}'", "1:36: ~expecting value", "."]),
  RecordedSyntax(
    "\0{\"execute\":\"query-name\"}\n",
    since7: ["~stray ''", "."],
    since11: ["1:31: ~stray ''", "."]),
  RecordedSyntax(
    "{\"a\":1\0}{\"execute\":\"query-name\"}\n",
    since7: ["~stray ''", "~expecting value", "."],
    since11: ["1:38: ~stray ''", "1:39: ~expecting value", "."]),
]
