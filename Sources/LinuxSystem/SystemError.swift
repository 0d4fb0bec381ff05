import Glibc

/// The error of a system call.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The error number, positive.
  package let number: Int32
  /// The operation that failed, with its object: `bind "/run/x"`.
  package let operation: String

  package init(_ number: Int32, _ operation: String) {
    self.number = number
    self.operation = operation
  }

  /// The description of the error number.
  package var message: String { String(cString: strerror(number)) }

  package var description: String { "\(operation): \(message)" }
}

/// Returns the value of a CLinux result; throws an error if it is a negated error number.
package func checked<Value: SignedInteger>(
  _ result: Value, _ operation: @autoclosure () -> String
) throws(SystemError) -> Value {
  if result < 0 { throw SystemError(Int32(-result), operation()) }
  return result
}
