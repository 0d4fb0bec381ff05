import QEMUCommandLine

/// The checks of the properties of `-semihosting-config`.
let semihostingChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "enable": { _ in storedCheck(.flag("semihosting_enabled", .getter)) },
  "target": { _ in storedCheck(.words("semihosting_get_target", ["auto", "native", "gdb"], .getter)) },
]
