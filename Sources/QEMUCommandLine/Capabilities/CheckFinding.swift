/// A problem that a binary will have with an option, found before it is started.
public struct CheckFinding: Sendable, Hashable {
  /// The effect of the problem.
  public enum Weight: String, Sendable, Hashable {
    /// QEMU refuses to start.
    case refused
    /// QEMU starts, but the option has no effect, or not the specified one.
    case ignored
    /// The option works, but is deprecated.
    case deprecated
    /// The option works, but exposes a secret to every user of the host.
    case exposed
  }

  /// The effect of the problem.
  public let weight: Weight
  /// The error, its position and the remedy.
  public internal(set) var error: CommandLineError
  /// The name that was probably meant; nil if none is similar, or if the finding is not about a name.
  public private(set) var nearestName: String?

  init(
    _ weight: Weight, _ code: CommandLineError.Code, _ summary: String, property: String? = nil,
    remedy: String
  ) {
    self.weight = weight
    error = CommandLineError(code, summary, remedy: remedy)
    error.property = property
  }

  /// Creates a finding from an error: QEMU refuses the option.
  public init(_ error: CommandLineError) {
    weight = .refused
    self.error = error
  }
}

extension CheckFinding {
  /// Returns the finding with the position and the text of its option.
  func located(_ position: CommandLineError.Position, in words: String) -> CheckFinding {
    var finding = self
    finding.error.position.option = position.option
    finding.error.position.occurrence = position.occurrence
    finding.error.evidence = [words]
    return finding
  }

  /// The argument of `qemuctl capabilities --list` for each kind of names that it lists.
  private static let lists = [
    "option": "options", "accelerator": "accelerators", "machine type": "machines", "CPU model": "cpu-models",
    "device": "devices",
  ]

  /// Returns the way to list the names of a kind.
  private static func listing(_ kind: String) -> String {
    if let list = lists[kind] { return "list the \(kind)s with qemuctl capabilities --list \(list)" }
    return ["property", "feature"].contains(kind)
      ? "list the properties of a device, machine type, CPU model or accelerator with qemuctl capabilities --properties"
      : "the manual page of QEMU lists the valid names"
  }

  /// Returns a finding for an unknown name; the remedy lists the known names if there are few.
  static func unknown(
    _ kind: String, _ name: String, among names: some Collection<String>, in whole: String,
    code: CommandLineError.Code = .unknownProperty, property: String? = nil, weight: Weight = .refused
  ) -> CheckFinding {
    let list =
      switch names.count {
      case 0: "remove it: \(whole) has none"
      case ...16: "use one of: \(names.sorted().joined(separator: ", "))"
      default: listing(kind)
      }
    var finding = CheckFinding(
      weight, code, "\(whole) has no \(kind) \"\(name.prefix(80))\"", property: property,
      remedy: suggestion(name, names) + list)
    finding.nearestName = QEMUCommandLine.nearestName(to: name, in: names)
    return finding
  }

  /// Returns a finding for a value that is not of the property's type.
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
