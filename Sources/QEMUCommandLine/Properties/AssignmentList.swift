/// The assignments of an argument, in order.
///
/// They are stored as the text that they were read from, with the ranges of each. A name or a value becomes a string
/// when it is used, and an unchanged argument is written as it was read.
public struct AssignmentList: Sendable {
  /// The ranges of a name and a value in the source.
  struct Place {
    let nameStart, nameEnd, textStart, textEnd: UInt32

    init(name: Range<Int>, text: Range<Int>) {
      nameStart = UInt32(truncatingIfNeeded: name.lowerBound)
      nameEnd = UInt32(truncatingIfNeeded: name.upperBound)
      textStart = UInt32(truncatingIfNeeded: text.lowerBound)
      textEnd = UInt32(truncatingIfNeeded: text.upperBound)
    }
  }

  /// The limit for the bytes of a text: an argument of a program has at most 128 KiB.
  static let longestSource = Int(Int32.max)

  /// The contents of the list. With a single reference, an option's argument fits the inline buffer of an existential
  /// and needs no allocation of its own.
  private final class Storage: Sendable {
    let source: String
    let places: [Place]
    /// The name of a first value that has no name in the source.
    let firstName: String?
    /// The syntax in which the source is exactly the text that would be written; nil if there is none.
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

  /// Creates an empty list.
  public init() { self.init(source: "", [], firstName: nil, writtenIn: nil) }

  init(source: String, _ places: [Place], firstName: String?, writtenIn: ValueLanguage?) {
    storage = Storage(source, places, firstName: firstName, writtenIn: writtenIn)
  }

  /// Returns the text that the list was read from if the same text would be written.
  func source(in language: ValueLanguage, impliedKey: String?) -> String? {
    guard storage.writtenIn == language else { return nil }
    if firstName != nil { return firstName == impliedKey ? source : nil }
    // A first value with its name could be written without it.
    return impliedKey.map { !isEmpty && isName($0, at: 0) } ?? false ? nil : source
  }
}

// MARK: - Removing

extension AssignmentList {
  /// Returns the assignments of all other properties.
  func without(_ name: String) -> AssignmentList {
    let kept = indices.filter { !isName(name, at: $0) }
    return AssignmentList(
      source: source, kept.map { places[$0] }, firstName: kept.first == 0 ? firstName : nil, writtenIn: nil)
  }
}

// MARK: - Bytes

extension AssignmentList {
  /// Calls the body with the bytes of each name and each value until it returns false.
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

  /// The number of bytes of the names, the values and the characters between them.
  var byteCount: Int {
    places.reduce(firstName?.utf8.count ?? 0) {
      $0 + Int($1.nameEnd - $1.nameStart) + Int($1.textEnd - $1.textStart) + 2
    }
  }

  /// Returns whether an assignment is of the property `name`.
  func isName(_ name: String, at number: Int) -> Bool {
    if number == 0, let firstName { return firstName == name }
    let place = places[number]
    if Int(place.nameEnd - place.nameStart) != name.utf8.count { return false }
    let source = source
    let bytes = source.utf8Span.span
    return areEqual(bytes.extracting(Int(place.nameStart)..<Int(place.nameEnd)), name.utf8Span.span)
  }

  /// Returns the effective text of a property with one value: QEMU uses the first `id`, and the last of other
  /// properties.
  func text(of name: String) -> String? { place(of: name).map { text(at: $0) } }

  /// Returns the index of the effective value of a property with one value.
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

// MARK: - Collection

extension AssignmentList: RandomAccessCollection, RangeReplaceableCollection, ExpressibleByArrayLiteral {
  /// The index of the first assignment.
  public var startIndex: Int { 0 }
  /// The index after the last assignment.
  public var endIndex: Int { places.count }

  /// The assignment at an index.
  public subscript(number: Int) -> Assignment { Assignment(name(at: number), text(at: number)) }

  /// Creates a list of assignments.
  public init(arrayLiteral elements: Assignment...) { self.init(elements) }

  /// Appends assignments. Appending many at once takes as long as appending one.
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

  /// Appends an assignment.
  public mutating func append(_ assignment: Assignment) { append(contentsOf: CollectionOfOne(assignment)) }

  /// Replaces assignments with others.
  public mutating func replaceSubrange(_ range: Range<Int>, with others: some Collection<Assignment>) {
    let (before, after) = (self[..<range.lowerBound], self[range.upperBound...])
    var result = AssignmentList()
    result.append(contentsOf: [Array(before), Array(others), Array(after)].joined())
    self = result
  }
}

extension AssignmentList: Hashable {
  /// Returns whether both have equal assignments in the same order.
  public static func == (left: AssignmentList, right: AssignmentList) -> Bool { left.elementsEqual(right) }

  /// Hashes the assignments.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for assignment in self { hasher.combine(assignment) }
  }
}
