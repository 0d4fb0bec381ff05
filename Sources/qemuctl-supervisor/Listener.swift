import CLinux
import Glibc
import QEMUSupervision

/// A socket that clients connect to.
final class Listener {
  private let handle: Handle
  private let poller: Poller

  /// Listens on a path, in place of a socket that an earlier supervisor left.
  /// - Returns: nil if it cannot be bound.
  init?(_ path: String, _ poller: Poller, accepted: @escaping (Handle) -> Void) {
    unlink(path)
    guard let handle = Handle(clinux_unix_listen(path, 64)) else { return nil }
    self.handle = handle
    self.poller = poller
    poller.watch(handle.number, clinux_event_readable) { [unowned self] _ in
      let number = clinux_accept(self.handle.number)
      // Without a free descriptor the client would wait in the queue, and wake this process all the time.
      if number == -EMFILE || number == -ENFILE { poller.modify(self.handle.number, 0) }
      guard let client = Handle(number), Self.isPermitted(client) else { return }
      accepted(client)
    }
  }

  deinit { poller.unwatch(handle.number) }

  /// Accepts clients again, after a descriptor became free.
  func resume() { poller.modify(handle.number, clinux_event_readable) }

  /// Returns whether the peer is this user or root.
  private static func isPermitted(_ client: Handle) -> Bool {
    var peer = clinux_credentials()
    guard clinux_peer_credentials(client.number, &peer) == 0 else { return false }
    return peer.uid == geteuid() || peer.uid == 0
  }
}
