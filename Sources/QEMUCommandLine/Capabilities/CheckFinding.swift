/// What a binary will say to an option, known before it is started.
public struct CheckFinding: Sendable, Hashable {
  /// What becomes of it.
  public enum Weight: String, Sendable, Hashable {
    /// QEMU refuses to start.
    case refused
    /// QEMU starts, and the option does nothing or not what it says.
    case ignored
    /// It works, and QEMU means to remove it.
    case deprecated
    /// It works, and shows a secret to every user of the host.
    case exposed
  }

  /// What becomes of it.
  public let weight: Weight
  /// What is wrong, where, and what to do.
  public internal(set) var error: CommandLineError
  /// The name that was probably meant; nil where none is near, or where no name is wrong.
  public private(set) var nearestName: String?

  init(
    _ weight: Weight, _ code: CommandLineError.Code, _ summary: String, property: String? = nil,
    remedy: String
  ) {
    self.weight = weight
    error = CommandLineError(code, summary, remedy: remedy)
    error.property = property
  }

  /// What cannot be read, QEMU refuses.
  public init(_ error: CommandLineError) {
    weight = .refused
    self.error = error
  }
}

extension CheckFinding {
  /// The finding with the place of its option and what was written there.
  func located(_ position: CommandLineError.Position, in words: String) -> CheckFinding {
    var finding = self
    finding.error.position.option = position.option
    finding.error.position.occurrence = position.occurrence
    finding.error.evidence = [words]
    return finding
  }

  /// There is nothing of this name; the remedy lists what there is where that is short.
  static func unknown(
    _ kind: String, _ name: String, among names: some Collection<String>, in whole: String,
    code: CommandLineError.Code = .unknownProperty, property: String? = nil, weight: Weight = .refused
  ) -> CheckFinding {
    let list =
      switch names.count {
      case 0: "remove it: there is none"
      case ...16: "there is \(names.sorted().joined(separator: ", "))"
      default: "qemuctl capabilities names them all, with --list or --properties"
      }
    var finding = CheckFinding(
      weight, code, "\(whole) has no \(kind) \"\(name.prefix(80))\"", property: property,
      remedy: suggestion(name, names) + list)
    finding.nearestName = QEMUCommandLine.nearestName(to: name, in: names)
    return finding
  }

  /// The value is not of the property's type.
  static func malformed(_ assignment: Assignment, of owner: String, expectation: String) -> CheckFinding {
    CheckFinding(
      .refused, .malformedValue,
      "\(assignment.name) of \(owner) does not take \"\(assignment.text.prefix(80))\"",
      property: assignment.name, remedy: "write \(expectation)")
  }

  static func deprecated(_ what: String, property: String? = nil, remedy: String) -> CheckFinding {
    CheckFinding(
      .deprecated, .unknownProperty, "\(what) is deprecated", property: property, remedy: remedy)
  }
}
