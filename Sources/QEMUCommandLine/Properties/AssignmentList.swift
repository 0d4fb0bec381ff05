/// The assignments of one argument, in order.
///
/// They are kept as the text that they were read of, with the places of each in it: a name or a value becomes a text of its own
/// when it is asked for, and what was not changed is written as it was read.
public struct AssignmentList: Sendable {
  /// Where a name and a value stand in the source.
  struct Place {
    let nameStart, nameEnd, textStart, textEnd: UInt32

    init(name: Range<Int>, text: Range<Int>) {
      nameStart = UInt32(truncatingIfNeeded: name.lowerBound)
      nameEnd = UInt32(truncatingIfNeeded: name.upperBound)
      textStart = UInt32(truncatingIfNeeded: text.lowerBound)
      textEnd = UInt32(truncatingIfNeeded: text.upperBound)
    }
  }

  /// Texts of more bytes are not read: a program is given words of 128 KiB at most.
  static let longestSource = Int(Int32.max)

  /// What the list is of. One reference stands for all of it: the argument of an option then lies within the value that may
  /// be of any type, and not in memory of its own.
  private final class Storage: Sendable {
    let source: String
    let places: [Place]
    /// The name of a first value that stands in the source without it.
    let firstName: String?
    /// The language in which the whole source is what would be written; nil where it is in none.
    let writtenIn: ValueLanguage?

    init(_ source: String, _ places: [Place], firstName: String?, writtenIn: ValueLanguage?) {
      self.source = source
      self.places = places
      self.firstName = firstName
      self.writtenIn = writtenIn
    }
  }

  private var storage: Storage
  private var source: String { storage.source }
  private var places: [Place] { storage.places }
  private var firstName: String? { storage.firstName }

  /// Makes an empty list.
  public init() { self.init(source: "", [], firstName: nil, writtenIn: nil) }

  init(source: String, _ places: [Place], firstName: String?, writtenIn: ValueLanguage?) {
    storage = Storage(source, places, firstName: firstName, writtenIn: writtenIn)
  }

  /// The text that the list was read of, where it is what would be written.
  func source(in language: ValueLanguage, impliedKey: String?) -> String? {
    guard storage.writtenIn == language else { return nil }
    if firstName != nil { return firstName == impliedKey ? source : nil }
    // A first value that stands with its name could do without it.
    return impliedKey.map { !isEmpty && isName($0, at: 0) } ?? false ? nil : source
  }
}

// MARK: - Leaving out

extension AssignmentList {
  /// Those of all other properties.
  func without(_ name: String) -> AssignmentList {
    let kept = indices.filter { !isName(name, at: $0) }
    return AssignmentList(
      source: source, kept.map { places[$0] }, firstName: kept.first == 0 ? firstName : nil, writtenIn: nil)
  }
}

// MARK: - Bytes

extension AssignmentList {
  /// Calls the body with the bytes of each name and each value, as long as it says to go on.
  func forEachBytes(_ body: (_ number: Int, _ name: Span<UInt8>, _ text: Span<UInt8>) -> Bool) {
    let source = source
    let bytes = source.utf8Span.span
    let firstName = firstName ?? ""
    for number in places.indices {
      let place = places[number]
      let text = bytes.extracting(Int(place.textStart)..<Int(place.textEnd))
      if number == 0, self.firstName != nil {
        if !body(number, firstName.utf8Span.span, text) { return }
      } else if !body(number, bytes.extracting(Int(place.nameStart)..<Int(place.nameEnd)), text) {
        return
      }
    }
  }

  /// How many bytes the names and values have, and what stands between them.
  var byteCount: Int {
    places.reduce(firstName?.utf8.count ?? 0) {
      $0 + Int($1.nameEnd - $1.nameStart) + Int($1.textEnd - $1.textStart) + 2
    }
  }

  /// Whether one of them is of the property `name`.
  func isName(_ name: String, at number: Int) -> Bool {
    if number == 0, let firstName { return firstName == name }
    let place = places[number]
    if Int(place.nameEnd - place.nameStart) != name.utf8.count { return false }
    let source = source
    let bytes = source.utf8Span.span
    return areEqual(bytes.extracting(Int(place.nameStart)..<Int(place.nameEnd)), name.utf8Span.span)
  }

  /// The text that counts of a property that has one value: of `id` QEMU takes the first, else the last.
  func text(of name: String) -> String? { place(of: name).map { text(at: $0) } }

  /// Where the value stands that counts of a property that has one.
  func place(of name: String) -> Int? {
    name == "id" ? indices.first { isName(name, at: $0) } : indices.last { isName(name, at: $0) }
  }

  private func name(at number: Int) -> String {
    if number == 0, let firstName { return firstName }
    return piece(places[number].nameStart, places[number].nameEnd)
  }

  private func text(at number: Int) -> String { piece(places[number].textStart, places[number].textEnd) }

  private func piece(_ start: UInt32, _ end: UInt32) -> String {
    let bytes = source.utf8
    let first = bytes.index(bytes.startIndex, offsetBy: Int(start))
    return String(Substring(bytes[first..<bytes.index(first, offsetBy: Int(end - start))]))
  }
}

func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
  if left.count != right.count { return false }
  for index in left.indices where left[index] != right[index] { return false }
  return true
}

// MARK: - As a collection

extension AssignmentList: RandomAccessCollection, RangeReplaceableCollection, ExpressibleByArrayLiteral {
  /// The first place.
  public var startIndex: Int { 0 }
  /// The place behind the last.
  public var endIndex: Int { places.count }

  /// One of them.
  public subscript(number: Int) -> Assignment { Assignment(name(at: number), text(at: number)) }

  /// Makes a list of some.
  public init(arrayLiteral elements: Assignment...) { self.init(elements) }

  /// Adds others at the end. All at once costs as much as one.
  public mutating func append(contentsOf others: some Sequence<Assignment>) {
    var (source, places) = (source, places)
    for assignment in others {
      let start = source.utf8.count
      source += assignment.name
      let middle = source.utf8.count
      source += assignment.text
      places.append(Place(name: start..<middle, text: middle..<source.utf8.count))
    }
    self = AssignmentList(source: source, places, firstName: firstName, writtenIn: nil)
  }

  /// Adds one at the end.
  public mutating func append(_ assignment: Assignment) { append(contentsOf: CollectionOfOne(assignment)) }

  /// Puts others in the place of some.
  public mutating func replaceSubrange(_ range: Range<Int>, with others: some Collection<Assignment>) {
    let (before, after) = (self[..<range.lowerBound], self[range.upperBound...])
    var result = AssignmentList()
    result.append(contentsOf: [Array(before), Array(others), Array(after)].joined())
    self = result
  }
}

extension AssignmentList: Hashable {
  /// Whether both hold equal assignments in the same order.
  public static func == (left: AssignmentList, right: AssignmentList) -> Bool { left.elementsEqual(right) }

  /// Hashes the assignments.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for assignment in self { hasher.combine(assignment) }
  }
}
