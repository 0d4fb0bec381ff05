/// Returns the name that is most similar to a misspelled one; nil if none is similar.
package func nearestName(to word: String, in names: some Sequence<String>) -> String? {
  let limit = max(1, word.count / 3)
  guard word.utf8.count <= 64 else { return nil }
  let wanted = Array(word.lowercased().utf8)
  var best: (name: String, distance: Int)?
  for name in names where abs(name.utf8.count - wanted.count) <= limit {
    let distance = editDistance(wanted, Array(name.utf8))
    // A name that has no character in common with the word is not similar.
    guard distance <= limit, distance < wanted.count else { continue }
    if let best, (best.distance, best.name) <= (distance, name) { continue }
    best = (name, distance)
  }
  return best?.name
}

/// Returns the number of bytes to insert, remove, replace, or exchange with their neighbour.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var before: [Int] = []
  var last = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var row = [i + 1]
    for (j, b) in right.enumerated() {
      var distance = min(last[j] + (a == b ? 0 : 1), row[j] + 1, last[j + 1] + 1)
      if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { distance = min(distance, before[j - 1] + 1) }
      row.append(distance)
    }
    (before, last) = (last, row)
  }
  return last[right.count]
}

/// Returns `did you mean "x"?` and a space if a name is similar, else an empty string.
package func suggestion(_ word: String, _ names: some Sequence<String>) -> String {
  nearestName(to: word, in: names).map { "did you mean \"\($0)\"? " } ?? ""
}
