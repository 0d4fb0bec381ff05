import QEMUCommandLine

/// The checks of the properties of `-msg`.
let messageChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "timestamp": { _ in heldCheck(.flag("message_with_timestamp")) },
  "guest-name": { _ in heldCheck(.flag("error_with_guestname")) },
]
