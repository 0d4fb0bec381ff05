/// The CPU model and the features that are switched on, off, or set.
///
/// QEMU: `-cpu MODEL[,+FEATURE|,-FEATURE|,FEATURE=VALUE…]`; there is no way to write a comma.
public struct CPUModel: Sendable, Hashable {
  /// One feature as it was written.
  public enum Feature: Sendable, Hashable {
    /// `+name`
    case plus(String)
    /// `-name`
    case minus(String)
    /// `name=value`
    case assignment(String, String)
    /// `name`, which QEMU takes as `name=on`.
    case bare(String)

    /// The feature's name without its sign.
    public var name: String {
      switch self {
      case .plus(let name), .minus(let name), .bare(let name), .assignment(let name, _): name
      }
    }

    /// What is asked for, as text: `on`, `off`, or the value.
    public var value: String {
      switch self {
      case .plus, .bare: "on"
      case .minus: "off"
      case .assignment(_, let value): value
      }
    }

    fileprivate var text: String {
      switch self {
      case .plus(let name): "+\(name)"
      case .minus(let name): "-\(name)"
      case .assignment(let name, let value): "\(name)=\(value)"
      case .bare(let name): name
      }
    }
  }

  /// The model's name.
  public var model: String
  /// The features in order.
  public var features: [Feature]

  /// Names a model and features.
  public init(_ model: String, _ features: [Feature] = []) {
    self.model = model
    self.features = features
  }

  /// What each named feature comes to, in the order in which they are first named.
  ///
  /// QEMU sets `name=value` first, then every `+name`, then every `-name`, whatever their order.
  public var effectiveFeatures: [Assignment] {
    var names: [String] = []
    for feature in features where !names.contains(feature.name) { names.append(feature.name) }
    return names.map { name in
      let same = features.filter { $0.name == name }
      let winner =
        same.last { if case .minus = $0 { true } else { false } } ?? same.last {
          if case .plus = $0 { true } else { false }
        }
        ?? same.last
      return Assignment(name, winner?.value ?? "")
    }
  }

  /// Reads the argument of `-cpu`.
  /// - Throws: ``CommandLineError`` `malformedText` where no model is named.
  public init(text: String) throws(CommandLineError) {
    var words = text.split(separator: ",", omittingEmptySubsequences: true)[...]
    guard !text.hasPrefix(","), let model = words.popFirst() else {
      throw CommandLineError(
        .malformedText, "no CPU model is named", at: .init(column: 1),
        remedy: "write -cpu MODEL, such as -cpu max")
    }
    self.init(String(model), words.map(Self.feature))
  }

  private static func feature(_ word: Substring) -> Feature {
    if word.hasPrefix("+") { return .plus(String(word.dropFirst())) }
    if word.hasPrefix("-") { return .minus(String(word.dropFirst())) }
    guard let equals = word.firstIndex(of: "=") else { return .bare(String(word)) }
    return .assignment(String(word[..<equals]), String(word[word.index(after: equals)...]))
  }

  /// The argument of `-cpu`.
  /// - Throws: ``CommandLineError`` `unencodableValue` for a comma, which this option cannot say.
  public func text() throws(CommandLineError) -> String {
    let words = [model] + features.map(\.text)
    if let word = words.first(where: { $0.contains(",") || $0.utf8.contains(0) }) {
      throw CommandLineError(
        .unencodableValue, "-cpu has no way to say \"\(word.prefix(80))\"", at: .init(option: "cpu"),
        remedy: "remove the comma or NUL character")
    }
    return words.joined(separator: ",")
  }
}
