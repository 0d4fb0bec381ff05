import Glibc
import QEMUCommandLine
import QEMUJSON
import QEMUObservation

/// The options that remove rights from QEMU that its request does not need.
///
/// An option is not added if the request has one: a request with `-sandbox` keeps its own.
///
/// QEMU: `-no-user-config`, `-sandbox`
struct Hardening: Sendable, Hashable {
  /// The options, as arguments of the command line.
  let arguments: [String]

  /// Determines the options for a request.
  /// - Parameters:
  ///   - configuration: the request.
  ///   - profile: the facts about the binary, which may have been built without a sandbox.
  ///   - isRoot: whether root starts QEMU; root needs no setuid program.
  init(_ configuration: QEMUConfiguration, _ profile: BinaryProfile, isRoot: Bool = geteuid() == 0) {
    var words = configuration.has("no-user-config") ? [] : ["-no-user-config"]
    if profile.hasSandbox, let sandbox = Self.sandbox(for: configuration, isRoot: isRoot) {
      words += ["-sandbox", sandbox]
    }
    arguments = words
  }

  /// Returns the sandbox for a request; nil if the request has one, or needs a program that gains rights.
  private static func sandbox(for configuration: QEMUConfiguration, isRoot: Bool) -> String? {
    if configuration.has("sandbox") { return nil }
    let helpers = configuration.occurrences.compactMap(\.helperProgram)
    // The system call filter sets no_new_privs: no program that a sandboxed QEMU starts can gain rights.
    if !isRoot, helpers.contains(where: \.isPrivileged) { return nil }
    let spawns = !helpers.isEmpty || opensDesktop(configuration)
    return text(allowsUserChange: spawns || configuration.user != nil, allowsSpawn: spawns)
  }

  private static func text(allowsUserChange: Bool, allowsSpawn: Bool) -> String {
    func word(_ isAllowed: Bool) -> String { isAllowed ? "allow" : "deny" }
    return "\(prefix)\(word(allowsUserChange)),spawn=\(word(allowsSpawn))"
  }

  private static let prefix = "on,obsolete=deny,elevateprivileges="

  /// Returns whether QEMU opens a window: it does so without a display option if there is a desktop.
  private static func opensDesktop(_ configuration: QEMUConfiguration) -> Bool {
    let choices = ["display", "nographic", "vnc", "spice", "curses"]
    if choices.contains(where: configuration.has) { return false }
    return getenv("DISPLAY") != nil || getenv("WAYLAND_DISPLAY") != nil
  }

  /// Returns whether the argument of a `-sandbox` option is one that was added.
  static func isAdded(sandbox text: String) -> Bool { text.hasPrefix(prefix) }
}

extension HelperProgram {
  fileprivate var isPrivileged: Bool {
    if case .privileged = self { true } else { false }
  }
}

extension QEMUConfiguration {
  /// A Boolean value that indicates whether its sandbox forbids QEMU to start programs.
  var forbidsHelperPrograms: Bool {
    occurrences.contains { occurrence in
      occurrence.option == "sandbox" && occurrence.argument?.members?["spawn"]?.stringValue == "deny"
    }
  }
}
