import CLinux
import Glibc

// What comes from the socket and what goes there, without ever waiting for it.

extension QMPSession {
  func socketReady(_ events: UInt32) {
    if ending != nil { return }
    if events & clinux_event_writable != 0 { flush() }
    if events & (clinux_event_readable | clinux_event_hung_up) != 0 { read() }
  }

  private func read() {
    while ending == nil {
      let count = withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { chunk in
        let count = clinux_receive(socket.number, chunk.baseAddress, chunk.count)
        if count > 0 { lines.append(UnsafeRawBufferPointer(rebasing: chunk[..<Int(count)])) }
        return count
      }
      if count > 0 {
        takeLines()
        if count < 1 << 16 { return }
      } else if count == -Int64(EAGAIN) {
        return
      } else {
        let reason = count == 0 ? "QEMU closed it" : String(cString: strerror(Int32(-count)))
        perform(machine.endOfStream(reason))
      }
    }
  }

  private func takeLines() {
    while ending == nil {
      guard lines.takeLine({ receive($0) }) != nil else { break }
      perform(received)
      received.removeAll(keepingCapacity: true)
    }
    deliverEvents()
    if lines.isOverflowing {
      end(QMPError(.notQMP, "the peer sent a line of more than \(LineBuffer.limit) bytes"))
    }
  }

  private func receive(_ line: UnsafeBufferPointer<UInt8>) {
    if let trace = options.trace { trace(QMPTrace(.received, line)) }
    machine.receive(line, into: &received)
  }

  /// Takes a line to be sent with the next ``flush()``.
  func enqueue(_ line: String, passing descriptor: SharedDescriptor? = nil) {
    if let trace = options.trace { Array(line.utf8).withUnsafeBufferPointer { trace(QMPTrace(.sent, $0)) } }
    unsent.append(line, passing: descriptor)
  }

  /// Writes what the socket takes; the rest follows when it has room.
  func flush() {
    while !unsent.isEmpty {
      let sent = unsent.withNext { bytes, descriptors in
        clinux_send(socket.number, bytes.baseAddress, bytes.count, descriptors, descriptors.count)
      }
      if sent >= 0 {
        unsent.removeFirst(Int(sent))
        continue
      }
      // What QEMU said before it died is still to be read: the end of the stream tells the rest.
      if sent != -Int64(EAGAIN) { unsent = OutgoingLines() }
      break
    }
    if isAwaitingRoom == unsent.isEmpty { awaitRoom(!unsent.isEmpty) }
  }

  private func awaitRoom(_ isAwaited: Bool) {
    isAwaitingRoom = isAwaited
    EventLoop.shared.rewatch(
      socket.number, isAwaited ? clinux_event_readable | clinux_event_writable : clinux_event_readable)
  }
}
