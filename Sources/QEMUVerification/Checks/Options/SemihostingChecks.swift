import QEMUCommandLine

/// The checks of the properties of `-semihosting-config`.
let semihostingChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "enable": { _ in heldCheck(.flag("semihosting_enabled", .getter)) },
  "target": { _ in heldCheck(.words("semihosting_get_target", ["auto", "native", "gdb"], .getter)) },
]
