import Glibc
public import QEMUCommandLine
import QEMUJSON

extension QEMUBinary {
  /// Asks the binary what it has: its options, machines, devices, CPU models, accelerators and its own schema.
  ///
  /// That takes about a second, so the answer is kept in a file for as long as the binary is the same file. A type of which
  /// this binary dies when asked is left without its properties.
  /// - Parameter state: the directory that holds the file; nil asks anew and keeps nothing.
  /// - Throws: ``LifecycleError``: `notQEMU`; `startFailed` where it does not run; `timedOut`; `cancelled`.
  ///
  /// QEMU: `-help`, and by QMP on a machine without anything
  public func capabilities(
    keptIn state: StateDirectory? = nil
  ) async throws(LifecycleError) -> BinaryCapabilities {
    try await capabilities(for: QEMUConfiguration(), keptIn: state, withBuses: false)
  }

  /// Asks the binary what it has, and the machine type of a command line for its buses.
  ///
  /// The machine type is started frozen by itself for that, which takes less than a tenth of a second, once.
  /// - Parameters:
  ///   - configuration: the command line that is to be checked.
  ///   - state: the directory that holds the file; nil asks anew and keeps nothing.
  /// - Throws: ``LifecycleError`` as of ``capabilities(keptIn:)``.
  ///
  /// QEMU: `-machine TYPE -nodefaults`, and by QMP `human-monitor-command` with `info qtree`
  public func capabilities(
    for configuration: QEMUConfiguration, keptIn state: StateDirectory? = nil
  ) async throws(LifecycleError) -> BinaryCapabilities {
    try await capabilities(for: configuration, keptIn: state, withBuses: true)
  }

  private func capabilities(
    for configuration: QEMUConfiguration, keptIn state: StateDirectory?, withBuses: Bool
  ) async throws(LifecycleError) -> BinaryCapabilities {
    let identity = try identity()
    let file = state.map { CapabilityFile(directory: $0.path, binary: self) }
    let kept = file?.read(identity)
    var capabilities: BinaryCapabilities
    if let kept {
      capabilities = kept
    } else {
      var probe = CapabilityProbe(binary: self)
      capabilities = try await probe.capabilities()
    }
    if withBuses { await addBuses(to: &capabilities, of: configuration) }
    if capabilities != kept { file?.write(capabilities, identity) }
    return capabilities
  }
}

/// One binary's capabilities, kept beside the virtual machines.
struct CapabilityFile {
  private let directory: String
  private let name: String

  init(directory: String, binary: QEMUBinary) {
    self.directory = directory
    // Two binaries of one name share the file by turns.
    name = "capabilities-\(binary.path.split(separator: "/").last ?? "").json"
  }

  /// What another user could have written is not read.
  func read(_ identity: String) -> BinaryCapabilities? {
    guard let text = try? PrivateDirectory.open(directory)?.text(of: name), let json = try? JSON.parse(text),
      json["binary"]?.stringValue == identity, let capabilities = json["capabilities"]
    else { return nil }
    return BinaryCapabilities(json: capabilities)
  }

  /// A file that cannot be written costs time and nothing else.
  func write(_ capabilities: BinaryCapabilities, _ identity: String) {
    let json: JSON = ["binary": .string(identity), "capabilities": .object(capabilities.json)]
    guard let text = try? json.serialised() else { return }
    mkdir(directory, 0o700)
    try? PrivateDirectory.open(directory)?.write(text, to: name)
  }
}
