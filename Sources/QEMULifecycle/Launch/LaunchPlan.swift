import QEMUCommandLine
import QEMUDiagnosis
import QEMUObservation

/// The command line of a start: the request, and options that make QEMU observable and remove rights that it does not
/// need. They change nothing in the guest.
struct LaunchPlan: Sendable {
  /// The descriptor of the listening socket of QEMU's monitor.
  static let monitorDescriptor: Int32 = 3
  private static let monitorID = "qemuctl"

  /// QEMU's arguments without the binary.
  let arguments: [String]

  /// The data of secrets, which QEMU reads from descriptors because every user of the host can read its command line.
  let secrets: [PassedSecret]

  /// The data of a secret object, and the descriptor from which QEMU reads it.
  struct PassedSecret: Sendable {
    let data: String
    let descriptor: Int32
  }

  /// A Boolean value that indicates whether QEMU's calls to KVM are traced until machine initialization is complete.
  let isTracingKVM: Bool

  /// Makes the command line of a request.
  /// - Parameters:
  ///   - configuration: the request.
  ///   - profile: the facts about the binary.
  ///   - callsFile: the path for a trace of QEMU's calls to KVM; nil for no trace.
  init(
    _ configuration: QEMUConfiguration, _ profile: BinaryProfile, callsFile: String? = nil
  ) throws(CommandLineError) {
    let (hidden, secrets) = Self.hidingSecrets(of: configuration)
    self.secrets = secrets
    var words = try hidden.arguments()
    words += Hardening(configuration, profile).arguments
    let trace = try Self.trace(configuration, profile, callsFile)
    isTracingKVM = !trace.isEmpty
    words += trace
    if !configuration.has("S") { words.append("-S") }
    if try Self.needsThreadNames(configuration, profile) { words += ["-name", "debug-threads=on"] }
    words += ["-chardev", "socket,id=\(Self.monitorID),fd=\(Self.monitorDescriptor),server=on,wait=off"]
    words +=
      profile.hasMonitorObject
      ? ["-object", "monitor-qmp,id=\(Self.monitorID)-qmp,chardev=\(Self.monitorID)"]
      : ["-mon", "chardev=\(Self.monitorID),mode=control"]
    arguments = words
  }

  /// The maximum number of secrets that are passed, because each takes a descriptor; further ones stay on the command line.
  private static let mostSecrets = 500

  /// Replaces the data of secret objects by descriptors, whose numbers follow that of the monitor.
  private static func hidingSecrets(of configuration: QEMUConfiguration) -> (
    QEMUConfiguration, [PassedSecret]
  ) {
    var (hidden, secrets) = (configuration, [PassedSecret]())
    for (place, occurrence) in configuration.occurrences.enumerated() {
      guard secrets.count < mostSecrets, let data = occurrence.secretData else { continue }
      let secret = PassedSecret(data: data, descriptor: monitorDescriptor + 1 + Int32(secrets.count))
      hidden.occurrences[place] = occurrence.readingSecret(from: "\(descriptors)\(secret.descriptor)")
      secrets.append(secret)
    }
    return (hidden, secrets)
  }

  /// Returns whether thread names must be enabled: with one virtual CPU only the name of its thread shows the value of
  /// `thread=` under TCG. A QEMU that has monitor objects always names its threads.
  private static func needsThreadNames(
    _ configuration: QEMUConfiguration, _ profile: BinaryProfile
  ) throws(CommandLineError) -> Bool {
    if profile.hasMonitorObject || configuration.name?.debugThreads != nil { return false }
    return try configuration.acceleratorPreference().entries.contains { accelerator in
      accelerator.name == "tcg" && accelerator.assignments.contains { $0.name == "thread" }
    }
  }

  /// Returns the options for a trace of the calls that set the size of the shadow MMU, which only the kernel knows.
  ///
  /// There is no trace if the request has options for logging, because QEMU has one log file, or if the path has a
  /// percent sign, which QEMU replaces.
  private static func trace(
    _ configuration: QEMUConfiguration, _ profile: BinaryProfile, _ file: String?
  ) throws(CommandLineError) -> [String] {
    guard let file, profile.hasTraceLog, !file.contains("%"),
      !["trace", "D", "d"].contains(where: configuration.has)
    else { return [] }
    let name = "kvm-shadow-mem"
    let isNamed = try configuration.acceleratorPreference().entries.contains { accelerator in
      accelerator.name == "kvm"
        && (accelerator.assignments.contains { $0.name == name }
          || configuration.machine.assignments.contains { $0.name == name })
    }
    let path = file.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
    return isNamed ? ["-trace", "enable=\(KVMCalls.event),file=\(path)"] : []
  }

  /// Returns the requested arguments of a QEMU that was started by such a plan: its arguments without the added
  /// options.
  static func requested(in arguments: [String]) -> [String] {
    var words = arguments
    func drop(_ option: String, where isAdded: (String) -> Bool) {
      guard words.count >= 2, words[words.count - 2] == option, isAdded(words[words.count - 1]) else {
        return
      }
      words.removeLast(2)
    }
    drop("-object") { $0.hasPrefix("monitor-qmp,id=\(monitorID)-qmp,") }
    drop("-mon") { $0 == "chardev=\(monitorID),mode=control" }
    drop("-chardev") { $0.hasPrefix("socket,id=\(monitorID),fd=") }
    drop("-name") { $0 == "debug-threads=on" }
    if words.last == "-S" { words.removeLast() }
    drop("-trace") { $0.hasPrefix("enable=\(KVMCalls.event),file=") }
    drop("-sandbox", where: Hardening.isAdded)
    if words.last == "-no-user-config" { words.removeLast() }
    return words
  }

  /// Throws an error for options that qemuctl cannot manage, such as `-daemonize` and `-preconfig`.
  static func requireManageable(_ configuration: QEMUConfiguration) throws(LifecycleError) {
    let refused = [
      "daemonize": "the virtual machine runs in the background even without -daemonize",
      "preconfig": "machine initialization would not be complete, and nothing could be verified",
      "help": "run the QEMU binary itself for its help",
      "version": "run the QEMU binary itself for its version",
    ]
    try requireOwnID(configuration)
    for occurrence in configuration.occurrences {
      guard let why = refused[occurrence.option] else { continue }
      throw LifecycleError(
        .unsupportedOption, "-\(occurrence.option) cannot be used here: \(why)",
        remedy: "remove -\(occurrence.option)")
    }
  }

  /// Throws an error if the request uses an id of the monitor that is added: QEMU refuses a duplicate id.
  private static func requireOwnID(_ configuration: QEMUConfiguration) throws(LifecycleError) {
    let ownIDs = [monitorID, "\(monitorID)-qmp"]
    for occurrence in configuration.occurrences where ["chardev", "object"].contains(occurrence.option) {
      guard ownIDs.contains(occurrence.id ?? "") else { continue }
      throw LifecycleError(
        .unsupportedOption,
        "-\(occurrence.option) id=\(occurrence.id ?? ""): this id is reserved for qemuctl's own QMP monitor",
        evidence: [occurrence.shownText],
        remedy: "choose an id other than \(monitorID) and \(monitorID)-qmp")
    }
  }
}
