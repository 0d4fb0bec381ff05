/// A wrapper that stores a member's value outside of its structure, so that a structure can contain a value of its own
/// type.
@propertyWrapper
public struct QAPIBoxed<Value> {
  fileprivate indirect enum Storage {
    case value(Value)
  }

  private var storage: Storage

  /// The value.
  public var wrappedValue: Value {
    get {
      switch storage {
      case .value(let value): value
      }
    }
    set { storage = .value(newValue) }
  }

  /// Creates a wrapper of a value.
  public init(wrappedValue: Value) { storage = .value(wrappedValue) }
}

extension QAPIBoxed.Storage: Sendable where Value: Sendable {}
extension QAPIBoxed: Sendable where Value: Sendable {}
