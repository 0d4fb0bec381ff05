import Glibc
import QEMUCommandLine
import QEMUJSON

/// One binary's capabilities, kept beside the virtual machines.
struct CapabilityFile {
  private let folder: String
  private let path: String

  init(folder: String, binary: QEMUBinary) {
    self.folder = folder
    // Two binaries of one name share the file by turns.
    path = "\(folder)/capabilities-\(binary.path.split(separator: "/").last ?? "").json"
  }

  func read(_ identity: String) -> BinaryCapabilities? {
    guard let text = readProcText(path), let json = try? JSON.parse(text),
      json["binary"]?.stringValue == identity, let capabilities = json["capabilities"]
    else { return nil }
    return BinaryCapabilities(json: capabilities)
  }

  /// A file that cannot be written costs time and nothing else.
  func write(_ capabilities: BinaryCapabilities, _ identity: String) {
    let json: JSON = ["binary": .string(identity), "capabilities": .object(capabilities.json)]
    guard let text = try? json.serialised() else { return }
    mkdir(folder, 0o700)
    try? AtomicFile.write(text, to: path)
  }
}
