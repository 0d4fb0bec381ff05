import CLinux
import Glibc
import QEMUSupervision

/// The supervisor of a virtual machine. `qemuctl` starts it, with a connection as descriptor 3:
/// `qemuctl-supervisor NAME DIRECTORY QEMUCTL`.
@main struct EntryPoint {
  static func main() {
    let arguments = (0..<clinux_argument_count()).compactMap {
      clinux_argument($0).map { String(cString: $0) }
    }
    guard arguments.count == 4 else {
      fail("qemuctl starts this program; run qemuctl start")
    }
    guard let place = MachinePlace(name: arguments[1], directory: arguments[2], command: arguments[3]),
      let poller = Poller()
    else { fail("\(arguments[2]) cannot be opened: \(String(cString: strerror(errno)))") }
    // A closed pipe or a limit on the file size must not end the supervisor: the write fails with an error.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    let lock = takeLock(place)
    let supervisor = Supervisor(place, poller, JournalFile(place))
    guard supervisor.listen() else {
      fail("the sockets in \(place.directory) cannot be bound: \(String(cString: strerror(errno)))")
    }
    if let starter = Handle(connection) { supervisor.begin(starter) }
    watchSignals(supervisor, poller)
    chdir("/")
    supervisor.perform()
    poller.run()
    withExtendedLifetime((lock, supervisor)) {}
  }

  /// Takes the lock of the supervisors of a virtual machine: the previous one may still be ending.
  ///
  /// The wait ends with the command that started this process.
  private static func takeLock(_ place: MachinePlace) -> Handle {
    guard let lock = place.open(place.lock, O_RDWR | O_CREAT) else {
      fail("\(place.directory)/\(place.lock) cannot be opened: \(String(cString: strerror(errno)))")
    }
    while true {
      let result = clinux_lock(lock.number)
      if result == 0 { return lock }
      // The kernel reports no event for a lock that becomes free.
      if result != -EAGAIN || clinux_poll(connection, clinux_poll_hung_up, 5_000_000) != 0 {
        fail("another supervisor of \(place.name) is running")
      }
    }
  }

  /// The descriptor of the connection to the command that started this process.
  private static let connection: Int32 = 3

  private static func watchSignals(_ supervisor: Supervisor, _ poller: Poller) {
    let signals = clinux_signal_events([SIGTERM, SIGINT, SIGHUP], 3)
    poller.watch(signals, clinux_event_readable) { _ in
      while clinux_signal_read(signals) > 0 { supervisor.terminate() }
    }
  }

  private static func fail(_ message: String) -> Never {
    writeAll(Array("qemuctl-supervisor: \(message)\n".utf8), to: 2)
    exit(1)
  }
}
