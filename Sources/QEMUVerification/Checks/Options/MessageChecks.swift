import QEMUCommandLine

/// The checks of the properties of `-msg`.
let messageChecks: [String: @Sendable (RequestedOption) -> Check] = [
  "timestamp": { _ in storedCheck(.flag("message_with_timestamp")) },
  "guest-name": { _ in storedCheck(.flag("error_with_guestname")) },
]
