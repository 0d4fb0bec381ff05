import LinuxSystem
import QEMUCommandLine

extension LaunchPlan {
  /// The directory of the descriptors that were passed to QEMU.
  static let descriptors = "/proc/self/fd/"

  /// Returns the request of a running QEMU with the data of its secrets, which are in its descriptors.
  /// - Parameters:
  ///   - words: the request from QEMU's own command line.
  ///   - pid: the id of the process.
  static func withSecrets(_ words: [String], of pid: Int32) -> [String] {
    guard words.contains(where: { $0.contains(descriptors) }),
      var configuration = try? QEMUConfiguration(arguments: words, unknownNames: .kept)
    else { return words }
    for (place, occurrence) in configuration.occurrences.enumerated() {
      guard let file = occurrence.secretFile, file.hasPrefix(descriptors),
        let data = readProcText("/proc/\(pid)/fd/\(file.dropFirst(descriptors.count))")
      else { continue }
      configuration.occurrences[place] = occurrence.holdingSecret(data)
    }
    return (try? configuration.arguments()) ?? words
  }
}
