import QEMUJSON

/// An error for a JSON value that does not match the schema.
public struct QAPIError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// An object does not have a member that the schema requires.
    case missingMember
    /// A value has another JSON type than in the schema.
    case wrongType
    /// An integer does not fit its width in the schema.
    case outOfRange
    /// A value has none of the JSON types that the schema allows.
    case unknownAlternate
  }

  /// A step from a value to a value inside it.
  public enum Step: Sendable, Hashable {
    /// To a member of an object.
    case member(String)
    /// To an element of an array.
    case element(Int)
  }

  /// The kind of failure.
  public let code: Code
  /// The path to the invalid value, outermost step first.
  public private(set) var steps: [Step]
  /// The description of the problem with that value.
  public let problem: String
  /// The invalid value as JSON text, truncated if it is long; for a missing member, the object without it.
  public let evidence: [String]

  /// The path and the problem, `return.status: expected a string, found an integer`.
  public var summary: String { steps.isEmpty ? problem : "\(path): \(problem)" }

  /// The remedy; never empty.
  public var remedy: String { code.remedy }

  /// The failure in one line.
  public var description: String { summary }

  /// The path to the invalid value as text, `return[3].status`; empty for the outermost value.
  public var path: String {
    var path = ""
    for step in steps {
      switch step {
      case .member(let name): path += path.isEmpty ? name : ".\(name)"
      case .element(let index): path += "[\(index)]"
      }
    }
    return path
  }

  init(_ code: Code, _ problem: String, at step: Step? = nil, evidence: JSON) {
    self.code = code
    self.problem = problem
    self.evidence = [Self.excerpt(of: evidence)]
    steps = step.map { [$0] } ?? []
  }

  /// Returns the error with a step before its path: the path then begins at an outer value.
  public func inside(_ step: Step) -> QAPIError {
    var error = self
    error.steps.insert(step, at: 0)
    return error
  }
}

extension QAPIError {
  init(expected: String, found value: JSON) {
    self.init(.wrongType, "expected \(expected), found \(value.kind)", evidence: value)
  }

  init(expectedOneOf kinds: String, found value: JSON) {
    self.init(.unknownAlternate, "expected \(kinds), found \(value.kind)", evidence: value)
  }

  init(missing name: String, in members: [JSONObject.Member]) {
    let object = JSONObject(members.map { ($0.name, $0.value) })
    self.init(.missingMember, "the member is missing", at: .member(name), evidence: .object(object))
  }

  private static let excerptLength = 200

  private static func excerpt(of value: JSON) -> String {
    let text: String
    do throws(JSONError) {
      text = try value.serialized()
    } catch {
      return "\(value.kind) that JSON cannot represent: \(error.summary)"
    }
    return text.count <= excerptLength ? text : "\(text.prefix(excerptLength))…"
  }
}

extension QAPIError.Code {
  fileprivate var remedy: String {
    switch self {
    case .missingMember, .wrongType, .unknownAlternate:
      "execute the command by its wire name to get the reply as JSON, and report the reply with QEMU's version"
    case .outOfRange:
      "execute the command by its wire name to get the number as JSON; report it with QEMU's version"
    }
  }
}
