/// An argument as its comma-separated parts, without this package's own readers: what is compared must not be read by one side.
struct ArgumentText {
  /// `NAME=VALUE`, or a value alone.
  struct Part: Equatable {
    var name: String?
    var value: String

    var text: String { name.map { "\($0)=\(value)" } ?? value }
  }

  var parts: [Part]

  /// Splits a text at its single commas.
  init(_ text: String) {
    let pieces = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    var texts: [String] = []
    var index = 0
    while index < pieces.count {
      var piece = pieces[index]
      // An empty piece between two others is a doubled comma.
      while index + 2 < pieces.count, pieces[index + 1].isEmpty {
        piece += ",," + pieces[index + 2]
        index += 2
      }
      texts.append(piece)
      index += 1
    }
    parts = texts.map { text in
      let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return halves.count == 2 ? Part(name: halves[0], value: halves[1]) : Part(name: nil, value: text)
    }
  }

  var text: String { parts.map(\.text).joined(separator: ",") }
}
