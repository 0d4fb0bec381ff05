import QEMUCommandLine

/// The checks of the properties of `-compat`: the policy is a flag and a number for each member.
let compatibilityChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "deprecated-input": { _ in policyCheck(0, ["accept", "reject", "crash"]) },
  "deprecated-output": { _ in policyCheck(8, ["accept", "hide"]) },
  "unstable-input": { _ in policyCheck(16, ["accept", "reject", "crash"]) },
  "unstable-output": { _ in policyCheck(24, ["accept", "hide"]) },
]

private func policyCheck(_ place: Int, _ words: [String]) -> Check {
  storedCheck(
    StoredValue(symbol: "compat_policy", sizes: [32]) { bytes in
      // A member that was not set has the default, accept.
      if bytes[place] == 0 { return words[0] }
      let number = littleEndian(bytes[place + 4..<place + 8])
      return bytes[place] == 1 && number < words.count ? words[Int(number)] : nil
    })
}
