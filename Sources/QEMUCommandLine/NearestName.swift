/// Finds the name that was probably meant.
package func nearestName(to word: String, in names: some Sequence<String>) -> String? {
  let limit = max(1, word.count / 3)
  guard word.utf8.count <= 64 else { return nil }
  let wanted = Array(word.lowercased().utf8)
  var best: (name: String, distance: Int)?
  for name in names where abs(name.utf8.count - wanted.count) <= limit {
    let distance = editDistance(wanted, Array(name.utf8))
    // A name that shares no character with the word was not meant.
    guard distance <= limit, distance < wanted.count else { continue }
    if let best, (best.distance, best.name) <= (distance, name) { continue }
    best = (name, distance)
  }
  return best?.name
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var row = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in right.enumerated() {
      let substituted = diagonal + (a == b ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[right.count]
}

/// "; did you mean x?" as far as something is near.
func suggestion(_ word: String, _ names: some Sequence<String>) -> String {
  nearestName(to: word, in: names).map { "did you mean \"\($0)\"? " } ?? ""
}
