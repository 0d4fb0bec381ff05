/// As ``recordedTokens``.
let recordedErrors: [RecordedSyntax] = [
  RecordedSyntax("{\"a\": garbage", since7: [], since11: []),
  RecordedSyntax(
    "{\"a\":1,\"a\":{\"x\":1}}\n",
    since7: ["~duplicate key"],
    since11: ["1:49: ~duplicate key"]),
  RecordedSyntax("{\"a\":1,\"a\" :  [3]  }\n", since7: ["~duplicate key"], since11: ["1:48: ~duplicate key"]),
  RecordedSyntax(
    "{\"a\":1,\"a\":[}]}\n",
    since7: ["~expecting value", "~expecting value"],
    since11: ["1:43: ~expecting value", "1:45: ~expecting value"]),
  RecordedSyntax(
    "{\"a\":[foo @ 1,2 {\"execute\":\"query-name\"}\n",
    since7: ["~stray '@'", "~expecting value", ".", "."],
    since11: ["1:37: ~invalid keyword 'foo'", "1:45: ~expecting value", ".", "."]),
  RecordedSyntax(
    "{\"a\" \"b\" @ 1,2 ]\n",
    since7: ["~stray '@'", "~expecting value", ".", "~expecting value"],
    since11: ["1:36: ~expecting ':'", "1:44: ~expecting value", ".", "1:46: ~expecting value"]),
  RecordedSyntax(
    "{\"a\":1 {\"b\":2}}{\"execute\":\"query-name\"}\n",
    since7: ["~expected separator in dict", "."],
    since11: ["1:38: ~expected ',' or '}'", "."]),
  RecordedSyntax(
    "[1 foo [}]] {\"execute\":\"query-name\"}\n",
    since7: ["~expected separator in list", "~expecting value", "~expecting value", "."],
    since11: ["1:34: ~expected ',' or ']'", "1:40: ~expecting value", "1:41: ~expecting value", "."]),
  RecordedSyntax(
    "\"\u{C3}\u{A9} \u{C3}\u{BC}\" \u{C3}\u{A9}\n",
    since7: [".", "~stray '\u{FFFD}'"],
    since11: [".", "1:39: ~stray '\u{FFFD}'"]),
  RecordedSyntax(
    "{\"a\":1,\n \"b\":x}\n",
    since7: ["~invalid keyword 'x'"],
    since11: ["2:6: ~invalid keyword 'x'"]),
  RecordedSyntax(
    "{\"a\":12x}\n",
    since7: ["~expected separator in dict"],
    since11: ["1:39: ~expected ',' or '}'"]),
  RecordedSyntax(
    "{\"a\":\"b\"c}\n",
    since7: ["~expected separator in dict"],
    since11: ["1:39: ~expected ',' or '}'"]),
  RecordedSyntax(
    "{\"a\":[]c}\n",
    since7: ["~expected separator in dict"],
    since11: ["1:38: ~expected ',' or '}'"]),
  RecordedSyntax("{[]:1}\n", since7: ["~key is not a string in object"], since11: ["1:32: ~expecting key"]),
  RecordedSyntax(
    "{\"a\":1,\"b\":2,\"a\":3}\n",
    since7: ["~duplicate key"],
    since11: ["1:48: ~duplicate key"]),
  RecordedSyntax(
    "{\"x\":\"\t\"}\n",
    since7: ["~stray '\"\t'", "~expecting value"],
    since11: ["1:36: ~stray '\"\t'", "1:40: ~expecting value"]),
  RecordedSyntax("\"\\\n\n", since7: ["~stray '\"\\\n'"], since11: ["1:31: ~stray '\"\\\n'"]),
  RecordedSyntax("@\t@ [1]\n", since7: ["~stray '@'", "."], since11: ["1:31: ~stray '@'", "."]),
  RecordedSyntax("\"abc@'\n", since7: ["~stray '\"abc@'\n'"], since11: ["1:31: ~stray '\"abc@'\n'"]),
  RecordedSyntax("'a\"b'\n", since7: ["."], since11: ["."]),
  RecordedSyntax("'a\\'b'\n", since7: ["."], since11: ["."]),
  RecordedSyntax("\"a\\'b\"\n", since7: ["."], since11: ["."]),
  RecordedSyntax("\"a\\/b\"\n", since7: ["."], since11: ["."]),
  RecordedSyntax("{true:1}\n", since7: ["~key is not a string in object"], since11: ["1:32: ~expecting key"]),
  RecordedSyntax("{foo:1}\n", since7: ["~invalid keyword 'foo'"], since11: ["1:32: ~expecting key"]),
  RecordedSyntax("{\"a\":foo", since7: [], since11: []),
  RecordedSyntax("[1}", since7: ["~expected separator in list"], since11: ["1:34: ~expected ',' or ']'"]),
  RecordedSyntax("[[1}", since7: ["~expected separator in list"], since11: ["1:35: ~expected ',' or ']'"]),
  RecordedSyntax(
    "{\"\\q\":1}\n",
    since7: ["~invalid escape sequence in string"],
    since11: ["1:32: ~invalid escape sequence in string"]),
  RecordedSyntax(
    "{\"a\":\"\\q\"}\n",
    since7: ["~invalid escape sequence in string"],
    since11: ["1:36: ~invalid escape sequence in string"]),
  RecordedSyntax(
    "\"\u{F4}\u{90}\u{80}\u{80}\"\n",
    since7: ["~invalid UTF-8 sequence in string"],
    since11: ["1:31: ~invalid UTF-8 sequence in string"]),
  RecordedSyntax(
    "\"\u{ED}\u{A0}\u{80}\"\n",
    since7: ["~invalid UTF-8 sequence in string"],
    since11: ["1:31: ~invalid UTF-8 sequence in string"]),
  RecordedSyntax(
    "\"\u{EF}\u{BF}\u{BF}\"\n",
    since7: ["~invalid UTF-8 sequence in string"],
    since11: ["1:31: ~invalid UTF-8 sequence in string"]),
  RecordedSyntax(
    "\"\u{F8}\u{88}\u{80}\u{80}\u{80}\"\n",
    since7: ["~invalid UTF-8 sequence in string"],
    since11: ["1:31: ~invalid UTF-8 sequence in string"]),
  RecordedSyntax("\"\u{7F}\"\n", since7: ["."], since11: ["."]),
  RecordedSyntax("\u{7F}\n", since7: ["~stray '\u{7F}'"], since11: ["1:31: ~stray '\u{7F}'"]),
  RecordedSyntax("A\u{C3}\u{A9}\n", since7: ["~stray 'A'"], since11: ["1:31: ~stray 'A'"]),
  RecordedSyntax(
    "\"\\u00e9\\uD83Dx\"\n",
    since7: ["~\\uD83D is not a valid Unicode character"],
    since11: ["1:31: ~\\uD83D is not a valid Unicode character"]),
  RecordedSyntax(
    "\"\\uD83D\\u12\"\n",
    since7: ["~\\uD83D is not a valid Unicode character"],
    since11: ["1:31: ~\\uD83D is not a valid Unicode character"]),
  RecordedSyntax(
    "\"\\uD83D\\\"\n\"\n",
    since7: ["~stray '\"\\uD83D\\\"\n'"],
    since11: ["1:31: ~stray '\"\\uD83D\\\"\n'"]),
  RecordedSyntax("123456789012345678901234567890 \n", since7: ["."], since11: ["."]),
  RecordedSyntax("-0 \n", since7: ["."], since11: ["."]),
  RecordedSyntax("-01\n", since7: ["~stray '-01'"], since11: ["1:31: ~stray '-01'"]),
  RecordedSyntax("1.5.3\n", since7: [".", "~stray '.'"], since11: [".", "1:35: ~stray '.'"]),
  RecordedSyntax("1e+ \n", since7: ["~stray '1e+ '"], since11: ["1:31: ~stray '1e+ '"]),
  RecordedSyntax(
    "1E-3x\n",
    since7: [".", "~invalid keyword 'x'"],
    since11: [".", "1:36: ~invalid keyword 'x'"]),
  RecordedSyntax(
    "truefalse\n",
    since7: ["~invalid keyword 'truefalse'"],
    since11: ["1:31: ~invalid keyword 'truefalse'"]),
  RecordedSyntax(
    "nullx\n",
    since7: ["~invalid keyword 'nullx'"],
    since11: ["1:31: ~invalid keyword 'nullx'"]),
  RecordedSyntax("9[1]\n", since7: [".", "."], since11: [".", "."]),
  RecordedSyntax(
    "[\"a\" \"b\"]\n",
    since7: ["~expected separator in list"],
    since11: ["1:36: ~expected ',' or ']'"]),
  RecordedSyntax(
    "[\"a\":1]\n",
    since7: ["~expected separator in list"],
    since11: ["1:35: ~expected ',' or ']'"]),
  RecordedSyntax(
    "{\"a\":1;\"b\":2}\n",
    since7: ["~stray ';'", "~expecting value", ".", "~expecting value"],
    since11: ["1:38: ~stray ';'", "1:42: ~expecting value", ".", "1:44: ~expecting value"]),
  RecordedSyntax(
    "\u{EF}\u{BB}\u{BF}{\"execute\":\"query-name\"}\n",
    since7: ["~stray '\u{FFFD}'", "."],
    since11: ["1:31: ~stray '\u{FFFD}'", "."]),
  RecordedSyntax(
    "/* c */ {\"execute\":\"query-name\"}\n",
    since7: ["~stray '/'", "."],
    since11: ["1:31: ~stray '/'", "."]),
]
