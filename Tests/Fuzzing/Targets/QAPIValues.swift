import QAPI
import QEMUJSON

/// The first line names a type, a command or an event of the schema; a name that there is not stands for one of them. The
/// rest is a JSON text, or, where it is none, says how to make a value of the type.
///
/// What decodes is written with all that it was read from, and decodes from that to the same.
func fuzzQAPI(_ bytes: UnsafeRawBufferPointer) throws(FuzzFinding) {
  let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
  let rest = Array(bytes.dropFirst(line.count + 1))
  let name = knownName(String(decoding: line, as: UTF8.self), line)
  guard let type = QAPICatalogue.type(named: name) else { return }
  if let value = try? JSON.parse(rest) {
    try requireRoundTrip(type, value, name)
  } else {
    var maker = SchemaValueMaker(rest)
    try requireRoundTrip(type, maker.value(ofType: name), name)
  }
}

/// The name itself where it is a type's; else a type that depends on the bytes alone.
private func knownName(_ name: String, _ bytes: Slice<UnsafeRawBufferPointer>) -> String {
  if QAPICatalogue.type(named: name) != nil { return name }
  let number = bytes.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
  return QAPICatalogue.typeNames[number % QAPICatalogue.typeNames.count]
}

private func requireRoundTrip(
  _ type: (some QAPIValue).Type, _ value: JSON, _ name: String
) throws(FuzzFinding) {
  let decoded: any QAPIValue
  do throws(QAPIError) {
    decoded = try type.init(json: value)
  } catch {
    return try require(!error.summary.isEmpty && !error.evidence.isEmpty, "an error without words")
  }
  let written = decoded.json
  try require(
    written.essence.isIdentical(to: value.essence), "\(name) decodes from \(value) and writes \(written)")
  guard let again = try? type.init(json: written) else {
    throw FuzzFinding(description: "\(name) writes what it does not read: \(written)")
  }
  try require(again.json.isIdentical(to: written), "\(name) reads \(written) and writes \(again.json)")
}
