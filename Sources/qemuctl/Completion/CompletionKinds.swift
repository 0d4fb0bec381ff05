import ArgumentParser
import Glibc
import QEMU

extension CompletionKind {
  /// The names of the virtual machines in the state directory of the line.
  static var machineName: CompletionKind { .custom { line, _, _ in machineNames(for: line) } }

  /// A file with a configuration.
  static var configurationFile: CompletionKind { .file(extensions: ["args", "json", "yaml", "yml"]) }

  /// The architectures of the QEMU binaries in PATH.
  static var architecture: CompletionKind { .custom { _, _, _ in architectures } }

  /// Returns the names of the virtual machines in the state directory of a line.
  @Sendable static func machineNames(for line: [String]) -> [String] {
    (try? StateDirectory(in: QMPCompletion.joined(line)).names()) ?? []
  }

  private static var architectures: [String] {
    let prefix = "qemu-system-"
    let directories = (Terminal.variable("PATH") ?? "").split(separator: ":").map(String.init)
    let names = directories.flatMap { entries(of: $0) }.filter { $0.hasPrefix(prefix) }
    return Set(names.map { String($0.dropFirst(prefix.count)) }).sorted()
  }

  private static func entries(of path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names
  }
}

extension StateDirectory {
  /// The state directory that a line specifies, or the default.
  init(in line: [String]) {
    self.init(path: ProgramArguments.value(ofOption: "--state-dir", in: line) ?? Self.defaultPath)
  }
}
