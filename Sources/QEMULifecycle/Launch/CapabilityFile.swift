import Glibc
import LinuxSystem
public import QEMUCommandLine
public import QEMUDiagnosis
import QEMUJSON
public import QEMUObservation

extension QEMUBinary {
  /// Queries the capabilities of the binary: its options, machines, devices, CPU models, accelerators and QMP schema.
  ///
  /// This takes about a second, so the answer is cached in a file while the binary is the same file. A type whose query
  /// makes the binary exit has no properties in it.
  /// - Parameter state: the directory of the file; nil always queries the binary and writes no file.
  /// - Throws: ``LifecycleError``: `notQEMU`, `binaryUnusable`, `hostUnusable`, `timedOut`, `cancelled`; `startFailed`
  ///   if a query fails.
  ///
  /// QEMU: `-help`, and QMP with `-machine none`
  public func capabilities(
    cachedIn state: StateDirectory? = nil
  ) async throws(LifecycleError) -> BinaryCapabilities {
    try await capabilities(for: QEMUConfiguration(), cachedIn: state, withBuses: false)
  }

  /// Queries the capabilities of the binary, and the buses of the machine type of a command line.
  ///
  /// For the buses, QEMU is started paused with that machine type, once; this takes less than 0.1 s.
  /// - Parameters:
  ///   - configuration: the command line that is to be checked.
  ///   - state: the directory of the file; nil always queries the binary and writes no file.
  /// - Throws: ``LifecycleError``, as ``capabilities(cachedIn:)`` does.
  ///
  /// QEMU: `-machine TYPE -nodefaults`, QMP: `human-monitor-command` with `info qtree`
  public func capabilities(
    for configuration: QEMUConfiguration, cachedIn state: StateDirectory? = nil
  ) async throws(LifecycleError) -> BinaryCapabilities {
    try await capabilities(for: configuration, cachedIn: state, withBuses: true)
  }

  /// Returns the capabilities in the file; nil if the binary was not queried since it was changed. No QEMU is started.
  /// - Parameter state: the directory of the file.
  public func keptCapabilities(in state: StateDirectory) -> BinaryCapabilities? {
    guard let identity = try? identity() else { return nil }
    return CapabilityFile(directory: state.path, binary: self).read(identity)
  }

  private func capabilities(
    for configuration: QEMUConfiguration, cachedIn state: StateDirectory?, withBuses: Bool
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

/// The file with the cached capabilities of a binary, in the state directory.
struct CapabilityFile {
  private let directory: String
  private let name: String

  init(directory: String, binary: QEMUBinary) {
    self.directory = directory
    // Two binaries with the same name overwrite each other's file.
    name = "capabilities-\(binary.path.split(separator: "/").last ?? "").json"
  }

  /// Reads the capabilities; nil if they are of another file, or if another user could have written them.
  func read(_ identity: String) -> BinaryCapabilities? {
    guard let text = try? PrivateDirectory.open(directory)?.text(of: name), let json = try? JSON.parse(text),
      json["binary"]?.stringValue == identity, let capabilities = json["capabilities"]
    else { return nil }
    return BinaryCapabilities(json: capabilities)
  }

  /// Writes the capabilities; errors are ignored, because the file is only a cache.
  func write(_ capabilities: BinaryCapabilities, _ identity: String) {
    let json: JSON = ["binary": .string(identity), "capabilities": .object(capabilities.json)]
    guard let text = try? json.serialized() else { return }
    mkdir(directory, 0o700)
    try? PrivateDirectory.open(directory)?.write(text, to: name)
  }
}
