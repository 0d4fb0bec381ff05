import QEMUCommandLine

extension LaunchPlan {
  /// Where QEMU finds the descriptors that it was passed.
  static let descriptors = "/proc/self/fd/"

  /// Returns the request of a live QEMU with the data of its secrets, which it holds in descriptors.
  /// - Parameter words: the request by QEMU's own command line.
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
