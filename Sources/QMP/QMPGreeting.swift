package import QEMUJSON

/// The message that QEMU sends when a client connects.
///
/// It does not mean that the virtual machine has started: QEMU can greet before machine initialization, and exit if
/// initialization fails. Only the reply to the first command confirms that the machine is initialized.
///
/// QMP: `{"QMP": {"version": …, "capabilities": […]}}`
public struct QMPGreeting: Sendable, Hashable {
  /// QEMU's version, `11.1.3`.
  public let version: String
  /// The distribution's package, `Debian 1:11.1.3+ds-1`; empty if the build has none.
  public let package: String
  /// The capabilities that a client may enable, `oob`.
  public let capabilities: [String]

  /// Reads the value of the member `QMP`; nil if it is not a greeting.
  package init?(_ body: JSON) {
    guard let qemu = body["version"]?["qemu"] else { return nil }
    let numbers = ["major", "minor", "micro"].compactMap { qemu[$0]?.integerValue }
    guard numbers.count == 3 else { return nil }
    version = numbers.map(String.init).joined(separator: ".")
    package = body["version"]?["package"]?.stringValue ?? ""
    capabilities = body["capabilities"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }
}
