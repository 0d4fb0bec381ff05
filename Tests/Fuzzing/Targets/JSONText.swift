import QEMUJSON

/// Checks that a valid text is written as a text with the same value, that an invalid one is refused with its position,
/// and that the check of the tokens and json-c agree on the text.
func fuzzJSON(_ bytes: UnsafeRawBufferPointer) throws(FuzzFinding) {
  let text = Array(bytes)
  let result = parse(text)
  try requireSame(result, parseAgain(text), "by a parser that has parsed something else")
  switch result {
  case .success(let value):
    try requireAgreement(value, text)
    try requireSurvival(value)
    let inside = parse(Array("[\t".utf8) + text + Array("\n]".utf8), depthLimit: 1 << 16)
    try requireSame(.success(.array([value])), inside, "in an array")
  case .failure(let error):
    let isInText = error.offset.map { (0...text.count).contains($0) } ?? false
    try require(isInText, "a place outside of the text: \(error)")
    try require(!error.summary.isEmpty && !error.remedy.isEmpty, "an error without words")
  }
}

private typealias Outcome = Result<JSON, JSONError>

private func parse(_ text: [UInt8], depthLimit: Int = JSON.defaultDepthLimit) -> Outcome {
  Outcome { () throws(JSONError) in try JSON.parse(text, depthLimit: depthLimit) }
}

/// Parses with a parser that has been left in the middle of the text before.
private func parseAgain(_ text: [UInt8]) -> Outcome {
  let parser = JSONParser()
  text[..<(text.count / 2)].withUnsafeBufferPointer { half in
    _ = Outcome { () throws(JSONError) in try parser.parse(half) { $0.takeValue() } }
  }
  return text.withUnsafeBufferPointer { whole in
    Outcome { () throws(JSONError) in try parser.parse(whole) { $0.takeValue() } }
  }
}

private func requireSame(_ left: Outcome, _ right: Outcome, _ how: String) throws(FuzzFinding) {
  let isSame =
    switch (left, right) {
    case (.success(let left), .success(let right)): left.isIdentical(to: right)
    case (.failure(let left), .failure(let right)): left == right
    default: false
    }
  try require(isSame, "\(left), and \(how): \(right)")
}

/// The tokens have as many members and levels as the value.
private func requireAgreement(_ value: JSON, _ text: [UInt8]) throws(FuzzFinding) {
  let (members, depth) = text.withUnsafeBufferPointer { text in
    var check = JSONLexicalCheck(text, depthLimit: JSON.defaultDepthLimit)
    try? check.run()
    return (check.memberCount, check.deepest)
  }
  try require(members == value.memberCount, "\(members) colons, \(value.memberCount) members")
  try require(depth == value.depth, "\(depth) brackets deep, \(value.depth) levels")
  if depth == 0 { return }
  guard case .failure(let error) = parse(text, depthLimit: depth - 1), error.code == .tooDeep else {
    throw FuzzFinding(description: "\(depth) levels are no deeper than \(depth - 1)")
  }
}

private func requireSurvival(_ value: JSON) throws(FuzzFinding) {
  guard let text = try? value.serialized() else {
    throw FuzzFinding(description: "was parsed, and cannot be written: \(value)")
  }
  try require(!text.utf8.contains { $0 < 0x20 }, "a control character in \(text)")
  try requireSame(.success(value), parse(Array(text.utf8)), "written and parsed")
}
