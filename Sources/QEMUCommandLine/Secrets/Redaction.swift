public import QEMUJSON

/// The secrets of a command line, which are redacted in all output.
///
/// ```swift
/// let redaction = Redaction(arguments: ["-object", "secret,id=s,data=swordfish"])
/// redaction.arguments                       // ["-object", "secret,id=s,data=***"]
/// redaction.redacting("QEMU said: swordfish")  // "QEMU said: ***"
/// ```
/// Secrets are the `data` of `-object secret`, passwords in properties and in URLs, and the cookies of `-blockdev`. The
/// id of a secret object and the path of a file are not secrets.
public struct Redaction: Sendable, Hashable {
  /// The text that replaces a secret.
  public static let marker = "***"

  /// The arguments that the redaction was created from, with their secrets redacted.
  public private(set) var arguments: [String] = []
  private var forms: Set<SecretForm> = []
  /// The forms by their first byte, the longest first.
  private var table: [UInt8: [SecretForm]] = [:]

  /// Creates a redaction without secrets.
  public init() {}

  /// Creates a redaction of the secrets in an argument vector, which may be malformed.
  /// - Parameter arguments: QEMU's arguments, with or without the binary before them.
  public init(arguments: [String]) {
    var finder = SecretFinder()
    self.arguments = finder.words(arguments)
    add(finder.found)
  }

  /// Creates a redaction of the secrets in a configuration, including the variables before its binary.
  public init(_ configuration: QEMUConfiguration) {
    var finder = SecretFinder()
    arguments = finder.words(configuration.occurrences.flatMap { (try? $0.words()) ?? [] })
    let variables = configuration.environment.map { "\($0.name)=\($0.value)" }
    _ = finder.words(configuration.prefix + variables)
    add(finder.found)
  }

  /// Creates a redaction of the secrets in a document whose members are options, and which may be malformed.
  public init(document: JSONObject) {
    var finder = SecretFinder()
    for member in document { finder.value(member.value, named: nil, of: member.name) }
    add(finder.found)
  }

  /// Creates a redaction of the secrets in the text of a file, which may not be a valid configuration.
  public init(text: String) {
    var finder = SecretFinder()
    finder.text(text)
    add(finder.found)
  }

  /// Returns the beginning of a command line for an error, with its secrets redacted.
  ///
  /// Only the beginning of each argument is searched: one may have megabytes.
  static func beginning(of arguments: [String], count: Int) -> String {
    let beginnings = arguments.map { text in
      text.utf8.count > 4096 ? String(decoding: text.utf8.prefix(4096), as: UTF8.self) : text
    }
    return String(Redaction(arguments: beginnings).arguments.joined(separator: " ").prefix(count))
  }

  /// A Boolean value that indicates whether there are no secrets.
  public var isEmpty: Bool { forms.isEmpty }

  /// Adds the secrets of another redaction.
  public mutating func formUnion(_ other: Redaction) { add(other.forms) }

  private mutating func add(_ found: [FoundSecret]) { add(Set(found.flatMap(\.forms))) }

  private mutating func add(_ added: Set<SecretForm>) {
    if added.isSubset(of: forms) { return }
    forms.formUnion(added)
    table = Dictionary(grouping: forms.filter { !$0.bytes.isEmpty }) { $0.bytes[0] }
      .mapValues { $0.sorted { $0.bytes.count > $1.bytes.count } }
  }

  /// Returns whether a property's value is a secret.
  /// - Parameters:
  ///   - property: the property's name, a dotted path if it is nested.
  ///   - option: the option's name without its dash.
  public static func isSecret(_ property: String, of option: String) -> Bool {
    SecretName.isSecret(property, of: option)
  }
}

// MARK: - Redacting

extension Redaction {
  /// The number of bytes of a secret from which its beginning is redacted in a truncated text.
  private static let shortestPart = 8

  /// Returns a text with the secrets redacted, however they are encoded in it.
  public func redacting(_ text: String) -> String {
    if isEmpty { return text }
    let bytes = Array(text.utf8)
    var (result, position): ([UInt8], Int) = ([], 0)
    while position < bytes.count {
      if let (form, count) = match(bytes[position...]) {
        result += form.shown
        position += count
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return result.count == bytes.count && result == bytes ? text : String(decoding: result, as: UTF8.self)
  }

  /// Returns a document with the secrets in its strings redacted.
  public func redacting(_ json: JSON) -> JSON {
    if isEmpty { return json }
    switch json {
    case .string(let text): return .string(redacting(text))
    case .array(let elements): return .array(elements.map { redacting($0) })
    case .object(let object):
      return .object(JSONObject(object.map { ($0.name, redacting($0.value)) }))
    default: return json
    }
  }

  /// Returns the form that the bytes begin with, and the number of bytes that match.
  private func match(_ bytes: ArraySlice<UInt8>) -> (SecretForm, Int)? {
    guard let first = bytes.first, let candidates = table[first] else { return nil }
    let matches = candidates.map { form in (form, zip(form.bytes, bytes).prefix { $0 == $1 }.count) }
    let whole = matches.first { form, count in
      count == form.bytes.count
        && (!form.isWord || bytes.dropFirst(count).first.map({ !isWordByte($0) }) ?? true)
    }
    // A complete form may also look like the beginning of another form of the same secret.
    return whole
      ?? matches.first { _, count in count >= Self.shortestPart && Self.isCut(bytes.dropFirst(count)) }
  }

  /// Returns whether a quoted text may be truncated here: it ends, or an ellipsis follows.
  private static func isCut(_ rest: ArraySlice<UInt8>) -> Bool {
    rest.isEmpty || rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "'")
      || rest.starts(with: "...".utf8) || rest.starts(with: "…".utf8)
  }
}
