import RandomValues

/// Changes command lines at random, in the ways in which people get them wrong.
struct LineMutator {
  let vocabulary: Vocabulary
  var random: SplitMix64

  /// A change; nil where the line has no place for it.
  typealias Mutation = (name: String, change: @Sendable (inout LineMutator, [String]) -> [String]?)

  static let mutations: [Mutation] = [
    ("misspelled option", { $0.misspelledOption($1) }),
    ("misspelled property", { $0.misspelledProperty($1) }),
    ("misspelled value", { $0.misspelledValue($1) }),
    ("misspelled value", { $0.misspelledValue($1) }),
    ("value of another type", { $0.valueOfAnotherType($1) }),
    ("value of another type", { $0.valueOfAnotherType($1) }),
    ("removed property", { $0.removedProperty($1) }),
    ("removed property", { $0.removedProperty($1) }),
    ("removed option", { $0.removedOption($1) }),
    ("removed option", { $0.removedOption($1) }),
    ("repeated option", { $0.repeatedOption($1) }),
    ("changed order", { $0.changedOrder($1) }),
    ("changed order", { $0.changedOrder($1) }),
    ("another name of the kind", { $0.siblingName($1) }),
    ("another name of the kind", { $0.siblingName($1) }),
    ("added property", { $0.addedProperty($1) }),
    ("added property", { $0.addedProperty($1) }),
    ("added device", { $0.addedDevice($1) }),
    ("added option", { $0.addedOption($1) }),
    ("another JSON type", { $0.anotherJSONType($1) }),
    ("help", { $0.help($1) }),
  ]

  /// A line with one change, or two now and then.
  mutating func mutate(_ words: [String]) -> (words: [String], names: [String]) {
    var (result, names) = (words, [String]())
    let count = Int.random(in: 0..<5, using: &random) == 0 ? 2 : 1
    for _ in 0..<60 where names.count < count {
      let mutation = Self.mutations[Int.random(in: 0..<Self.mutations.count, using: &random)]
      guard let changed = mutation.change(&self, result), changed != result else { continue }
      result = changed
      names.append(mutation.name)
    }
    return (result, names)
  }
}

// MARK: - Places

extension LineMutator {
  private func options(_ words: [String]) -> [Int] {
    words.indices.filter { words[$0].hasPrefix("-") && words[$0].count > 1 }
  }

  /// The places of arguments: words that follow an option and are none.
  private func arguments(_ words: [String]) -> [Int] {
    words.indices.filter { $0 > 0 && words[$0 - 1].hasPrefix("-") && !words[$0].hasPrefix("-") }
  }

  /// The words of one option: it, and its argument.
  private func extent(of option: Int, _ words: [String]) -> Range<Int> {
    let hasArgument = option + 1 < words.count && !words[option + 1].hasPrefix("-")
    return option..<(option + (hasArgument ? 2 : 1))
  }

  private mutating func index(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

  private mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.randomElement(using: &random)
  }

  /// Changes one part of one argument that is not JSON.
  private mutating func changePart(
    _ words: [String], where fits: (ArgumentText.Part) -> Bool,
    _ change: (inout LineMutator, inout [ArgumentText.Part], Int) -> Bool
  ) -> [String]? {
    let places = arguments(words).filter { !words[$0].hasPrefix("{") && !Self.isRaw(words[$0 - 1]) }
    guard let place = pick(places) else { return nil }
    var argument = ArgumentText(words[place])
    guard let part = pick(argument.parts.indices.filter { fits(argument.parts[$0]) }),
      change(&self, &argument.parts, part)
    else { return nil }
    var result = words
    result[place] = argument.text
    return result
  }

  private static func isRaw(_ option: String) -> Bool {
    ["-append", "-kernel", "-initrd", "-hda", "-cdrom", "-L", "-D", "-readconfig", "-bios"].contains(option)
  }

  private mutating func misspelled(_ word: String) -> String {
    var characters = Array(word)
    let place = index(characters.count)
    switch index(4) {
    case 0 where characters.count > 1: characters.remove(at: place)
    case 1: characters.insert(characters[place], at: place)
    case 2 where place + 1 < characters.count: characters.swapAt(place, place + 1)
    default: characters[place] = pick(Array("abcdexyz019-_.")) ?? "x"
    }
    return String(characters)
  }
}

// MARK: - Mutations

extension LineMutator {
  private mutating func misspelledOption(_ words: [String]) -> [String]? {
    guard let place = pick(options(words)) else { return nil }
    var result = words
    result[place] = "-" + misspelled(String(words[place].drop { $0 == "-" }))
    return result
  }

  private mutating func misspelledProperty(_ words: [String]) -> [String]? {
    changePart(words, where: { $0.name?.isEmpty == false }) { mutator, parts, index in
      parts[index].name = mutator.misspelled(parts[index].name ?? "x")
      return true
    }
  }

  /// Paths stay: a file of another name could be made.
  private mutating func misspelledValue(_ words: [String]) -> [String]? {
    changePart(words, where: { !$0.value.isEmpty && !$0.value.contains("/") }) { mutator, parts, index in
      parts[index].value = mutator.misspelled(parts[index].value)
      return true
    }
  }

  private static let values = [
    "on", "off", "yes", "x", "-1", "0", "1", "1.5", "0x", "0x10", "010", "99999999999999999999", "", "1M",
    "64K",
    "true", "auto", "none", "256", "65536", "4294967296", "a b", "+1", "1e3",
  ]

  private mutating func valueOfAnotherType(_ words: [String]) -> [String]? {
    changePart(words, where: { !$0.value.contains("/") }) { mutator, parts, index in
      parts[index].value = mutator.pick(Self.values) ?? ""
      return true
    }
  }

  private mutating func removedProperty(_ words: [String]) -> [String]? {
    changePart(words, where: { _ in true }) { _, parts, index in
      parts.remove(at: index)
      return !parts.isEmpty
    }
  }

  private mutating func removedOption(_ words: [String]) -> [String]? {
    guard let place = pick(options(words)) else { return nil }
    var result = words
    result.removeSubrange(extent(of: place, words))
    return result
  }

  private mutating func repeatedOption(_ words: [String]) -> [String]? {
    guard let place = pick(options(words)) else { return nil }
    return words + words[extent(of: place, words)]
  }

  private mutating func changedOrder(_ words: [String]) -> [String]? {
    guard let place = pick(options(words)) else { return nil }
    let extent = extent(of: place, words)
    var rest = words
    rest.removeSubrange(extent)
    let target = pick(options(rest) + [rest.endIndex]) ?? 0
    rest.insert(contentsOf: words[extent], at: target)
    return rest
  }

  private mutating func siblingName(_ words: [String]) -> [String]? {
    let vocabulary = vocabulary
    return changePart(
      words, where: { part in vocabulary.kinds.contains { $0.contains(part.value) } }
    ) { mutator, parts, index in
      guard let other = vocabulary.sibling(of: parts[index].value, using: &mutator.random) else {
        return false
      }
      parts[index].value = other
      return true
    }
  }

  private mutating func addedProperty(_ words: [String]) -> [String]? {
    guard
      let place = pick(arguments(words).filter { !words[$0].hasPrefix("{") && !Self.isRaw(words[$0 - 1]) })
    else { return nil }
    let option = String(words[place - 1].drop { $0 == "-" })
    let driver = ArgumentText(words[place]).parts.first?.value ?? ""
    let names: [String] =
      option == "device"
      ? (vocabulary.devices[driver]?.keys.sorted() ?? []) : vocabulary.properties[option] ?? []
    guard let name = pick(names) else { return nil }
    var result = words
    result[place] += ",\(name)=\(value(of: option == "device" ? vocabulary.devices[driver]?[name] : nil))"
    return result
  }

  /// A value of a type, or any.
  private mutating func value(of type: String?) -> String {
    guard let type, index(3) > 0 else { return pick(Self.values) ?? "" }
    switch type {
    case "bool": return pick(["on", "off"]) ?? "on"
    case let type where type.contains("int"):
      return pick(["0", "1", "2", "4", "16", "64", "255", "1024"]) ?? "1"
    case "size": return pick(["4096", "64K", "1M"]) ?? "1M"
    case "OnOffAuto": return pick(["on", "off", "auto"]) ?? "on"
    default: return pick(["x", "a0", "1", "auto"]) ?? "x"
    }
  }

  private mutating func addedDevice(_ words: [String]) -> [String]? {
    guard let driver = pick(vocabulary.drivers) else { return nil }
    var text = driver
    if index(2) == 0 { text += ",id=added" }
    for _ in 0..<index(3) {
      guard let name = pick(vocabulary.devices[driver]?.keys.sorted() ?? []), !name.contains("[") else {
        continue
      }
      text += ",\(name)=\(value(of: vocabulary.devices[driver]?[name]))"
    }
    return words + ["-device", text]
  }

  private mutating func addedOption(_ words: [String]) -> [String]? {
    guard let option = pick(vocabulary.options) else { return nil }
    let argument =
      index(2) == 0
      ? pick(Self.values) : pick(vocabulary.properties[option] ?? []).map { name in "\(name)=x" }
    return words + ["-\(option)"] + (index(2) == 0 ? [] : [argument ?? "x"])
  }

  /// A number becomes a text, a text a number, and a word of truth either.
  private mutating func anotherJSONType(_ words: [String]) -> [String]? {
    guard let place = pick(arguments(words).filter { words[$0].hasPrefix("{") }) else { return nil }
    let text = words[place]
    let values = text.matches(of: #/:\s*(-?\d+|true|false|"[^"{}/]*")/#)
    guard let value = values.randomElement(using: &random) else { return nil }
    let others = [
      "1", "\"1\"", "true", "\"on\"", "null", "[]", "{}", "-1", "1.5", "\"\(misspelled("word"))\"",
    ]
    var result = words
    result[place].replaceSubrange(
      value.output.1.startIndex..<value.output.1.endIndex, with: pick(others) ?? "1")
    return result
  }

  private mutating func help(_ words: [String]) -> [String]? {
    guard let place = pick(arguments(words).filter { !words[$0].hasPrefix("{") }) else { return nil }
    var result = words
    if index(2) == 0 { result[place] += ",help" } else { result[place] = pick(["help", "?"]) ?? "help" }
    return result
  }
}
