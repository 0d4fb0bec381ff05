import Glibc

/// What the kernel answered to a call that failed.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The error number, positive.
  package let number: Int32
  /// What was tried, with its object: `bind "/run/x"`.
  package let operation: String

  package init(_ number: Int32, _ operation: String) {
    self.number = number
    self.operation = operation
  }

  /// The kernel's words for the number.
  package var words: String { String(cString: strerror(number)) }

  package var description: String { "\(operation): \(words)" }
}

/// Takes a CLinux result: a value, or the negated error number.
package func checked<Value: SignedInteger>(
  _ result: Value, _ operation: @autoclosure () -> String
) throws(SystemError) -> Value {
  if result < 0 { throw SystemError(Int32(-result), operation()) }
  return result
}
