import QEMUJSON

/// What QEMU says of itself when a client connects.
///
/// It is not the start: QEMU can greet before its machine is built and die of that. Only the reply to the first command
/// proves the machine.
///
/// QMP: `{"QMP": {"version": …, "capabilities": […]}}`
public struct QMPGreeting: Sendable, Hashable {
  /// QEMU's version, `11.1.3`.
  public let version: String
  /// The distribution's package, `Debian 1:11.1.3+ds-1`; empty where the build has none.
  public let package: String
  /// Capabilities that a client may enable, `oob`.
  public let capabilities: [String]

  init?(_ body: JSON) {
    guard let qemu = body["version"]?["qemu"] else { return nil }
    let numbers = ["major", "minor", "micro"].compactMap { qemu[$0]?.integerValue }
    guard numbers.count == 3 else { return nil }
    version = numbers.map(String.init).joined(separator: ".")
    package = body["version"]?["package"]?.stringValue ?? ""
    capabilities = body["capabilities"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }
}
