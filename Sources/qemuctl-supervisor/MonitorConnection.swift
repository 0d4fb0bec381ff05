import CLinux
import Glibc
import QEMUSupervision

/// The connection to QEMU's monitor.
final class MonitorConnection {
  private let handle: Handle
  private let poller: Poller
  /// The commands that are not sent yet, each with its descriptor. QEMU gets one at a time, so there are few.
  private var unsent: [(bytes: [UInt8], descriptor: Handle?)] = []
  private var sent = 0

  /// The function that gets the bytes that QEMU sends.
  var received: (ArraySlice<UInt8>) -> Void = { _ in }
  /// The function that is called when QEMU has closed the connection.
  var ended: () -> Void = {}

  init(_ handle: Handle, _ poller: Poller) {
    self.handle = handle
    self.poller = poller
    poller.watch(handle.number, clinux_event_readable) { [weak self] in self?.ready($0) }
  }

  deinit { poller.unwatch(handle.number) }

  /// The process that serves the monitor: this process, for a connection made before QEMU called `listen`.
  var peer: Int32? {
    var peer = clinux_credentials()
    return clinux_peer_credentials(handle.number, &peer) == 0 ? peer.pid : nil
  }

  private func ready(_ events: UInt32) {
    if events & clinux_event_writable != 0 { flush() }
    if events & (clinux_event_readable | clinux_event_hung_up) != 0 { _ = read() }
  }

  /// Reads what QEMU has sent.
  /// - Returns: whether there was something.
  private func read() -> Bool {
    let size = poller.buffer.fill { clinux_receive(handle.number, $0.baseAddress, $0.count) }
    if size > 0 {
      received(poller.buffer.bytes)
    } else if size != -Int64(EAGAIN) {
      close()
    }
    return size > 0
  }

  private func close() {
    (unsent, sent) = ([], 0)
    poller.unwatch(handle.number)
    ended()
  }

  /// Reads everything that QEMU sent before it exited.
  func drain() { while read() {} }

  /// Sends one command, with a descriptor that is closed afterwards.
  func send(_ bytes: [UInt8], descriptor: Int32?) {
    unsent.append((bytes, descriptor.flatMap(Handle.init)))
    flush()
  }

  private func flush() {
    while let (bytes, descriptor) = unsent.first {
      let count = bytes.withUnsafeBytes { buffer in
        let rest = UnsafeRawBufferPointer(rebasing: buffer[sent...])
        guard var number = descriptor?.number else {
          return clinux_send(handle.number, rest.baseAddress, rest.count, nil, 0)
        }
        return clinux_send(handle.number, rest.baseAddress, rest.count, &number, 1)
      }
      if count == -Int64(EAGAIN) || count == 0 { break }
      if count < 0 { return close() }
      unsent[0].descriptor = nil
      sent += Int(count)
      if sent == bytes.count {
        unsent.removeFirst()
        sent = 0
      }
    }
    poller.modify(
      handle.number, unsent.isEmpty ? clinux_event_readable : clinux_event_readable | clinux_event_writable)
  }
}
