import QEMUJSON

/// A JSON value that does not have the form that the schema promises.
public struct QAPIError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure this is.
  @nonexhaustive
  public enum Code: Sendable, Hashable {
    /// An object lacks a member that the schema requires.
    case missingMember
    /// A value is of another JSON type than the schema says.
    case wrongType
    /// An integer does not fit the width that the schema says.
    case outOfRange
    /// A value is of none of the JSON types that the schema allows in its place.
    case unknownAlternate
  }

  /// One step from a value to a value inside it.
  public enum Step: Sendable, Hashable {
    /// Into the member of an object.
    case member(String)
    /// Into the element of an array.
    case element(Int)
  }

  /// What kind of failure this is.
  public let code: Code
  /// The way to the value at fault, outermost step first.
  public private(set) var steps: [Step]
  /// What is wrong with that value.
  public let problem: String
  /// The value at fault as JSON text, cut short where it is long; for a missing member, the object that lacks it.
  public let evidence: [String]

  /// What failed and where, `return.status: expected a string, found an integer`.
  public var summary: String { steps.isEmpty ? problem : "\(path): \(problem)" }

  /// The remedy; never empty.
  public var remedy: String { code.remedy }

  /// The failure in one line.
  public var description: String { summary }

  /// The way to the value at fault as text, `return[3].status`; empty for the outermost value.
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

  /// The same failure, seen from the value that `step` leads out of.
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
      text = try value.serialised()
    } catch {
      return "\(value.kind) that JSON cannot say: \(error.summary)"
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
