import CLinux
import Glibc

// What comes from the socket and what goes there, without ever waiting for it.

extension QMPSession {
  func socketReady(_ events: UInt32) {
    if ending != nil { return }
    if events & clinux_event_writable != 0 { flush() }
    if events & (clinux_event_readable | clinux_event_hung_up) != 0 { read() }
  }

  /// Reads a piece; the loop comes back for the next, after the other sessions and the deadlines: a peer that never stops
  /// talking must not keep them waiting.
  /// - Returns: whether there was something.
  @discardableResult
  private func read() -> Bool {
    let count = lines.receive { clinux_receive(socket.number, $0.baseAddress, $0.count) }
    if count > 0 {
      takeLines()
    } else if count != -Int64(EAGAIN) {
      perform(machine.endOfStream(count == 0 ? "QEMU closed it" : Self.words(count)))
    }
    return count > 0
  }

  private static func words(_ negatedError: Int64) -> String {
    String(cString: strerror(Int32(-negatedError)))
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
  func enqueue(_ bytes: [UInt8], of id: SessionMachine.RequestID? = nil, _ command: Submission? = nil) {
    if let trace = options.trace { bytes.withUnsafeBufferPointer { trace(QMPTrace(.sent, $0)) } }
    unsent.append(
      OutgoingLines.Line(
        id: id, bytes: bytes, descriptor: command?.passing, isUrgent: command?.isOutOfBand ?? false))
  }

  /// Writes what the socket takes; the rest follows when it has room.
  func flush() {
    while unsent.isReady {
      let sent = unsent.withNext { bytes, descriptors in
        clinux_send(socket.number, bytes.baseAddress, bytes.count, descriptors, descriptors.count)
      }
      if sent == -Int64(EAGAIN) { break }
      if sent < 0 { return endUnwritable(Self.words(sent)) }
      if let id = unsent.removeFirst(Int(sent)) { descriptorLeft(with: id) }
    }
    if isAwaitingRoom != unsent.isReady { awaitRoom(unsent.isReady) }
  }

  /// Nothing can be sent any more. What QEMU said before is still to be read, and no more than the kernel can hold of it.
  private func endUnwritable(_ reason: String) {
    unsent = OutgoingLines()
    for _ in 0..<64 where ending == nil {
      if !read() { break }
    }
    end(QMPError(.connectionLost, "the QMP connection cannot be written: \(reason)"))
  }

  /// With out-of-band commands QEMU reads ahead, and keeps the last descriptor that came: the one before must have been taken.
  private func descriptorLeft(with id: SessionMachine.RequestID) {
    guard options.isOutOfBandEnabled else { return }
    travelling = id
    unsent.isHoldingDescriptors = true
  }

  /// Lets the next descriptor go when the command of the one before has been answered, be it too late.
  func settleDescriptor() {
    guard let id = travelling, !machine.isUnanswered(id) else { return }
    travelling = nil
    unsent.isHoldingDescriptors = false
  }

  private func awaitRoom(_ isAwaited: Bool) {
    isAwaitingRoom = isAwaited
    EventLoop.shared.rewatch(
      socket.number, isAwaited ? clinux_event_readable | clinux_event_writable : clinux_event_readable)
  }
}
