import CLinux
import Glibc
import QEMUSupervision

/// The `qemuctl` that starts QEMU again: it plans, launches through this supervisor, and verifies.
final class StarterProcess {
  /// The descriptor of its connection to the supervisor.
  private static let connection: Int32 = 3

  private let pid: Int32
  private let handle: Handle
  private let poller: Poller

  /// Starts the process; nil if it cannot be started.
  /// - Parameters:
  ///   - connected: gets the supervisor's end of its connection.
  ///   - ended: gets its exit.
  init?(
    _ place: MachinePlace, _ poller: Poller, connected: (Handle) -> Void, ended: @escaping (Exit) -> Void
  ) {
    var ends: [Int32] = [-1, -1]
    guard clinux_socket_pair(&ends) == 0, let ours = Handle(ends[0]), let theirs = Handle(ends[1]),
      let log = place.open("supervisor.log", O_WRONLY | O_CREAT | O_APPEND)
    else { return nil }
    let arguments = [place.command, "start-again", "--directory", place.directory]
    let descriptors = [(log.number, 1), (log.number, 2), (theirs.number, Self.connection)]
    pid = withCStrings(arguments.map { Array($0.utf8) }) { arguments in
      clinux_spawn(
        place.command, arguments, environ,
        descriptors.map { clinux_passed_descriptor(source: $0.0, target: $0.1) }, descriptors.count, true)
    }
    guard let handle = Handle(pid > 0 ? clinux_pidfd_open(pid) : -1) else { return nil }
    self.handle = handle
    self.poller = poller
    poller.watch(handle.number, clinux_event_readable) { _ in
      poller.unwatch(handle.number)
      var end = clinux_process_end()
      let isKnown = clinux_reap(handle.number, &end) == 0
      ended(isKnown ? Exit(end) : .unknown)
    }
    connected(ours)
  }

  deinit { poller.unwatch(handle.number) }

  /// Ends the process.
  func end() { _ = clinux_pidfd_send_signal(handle.number, SIGTERM) }
}
