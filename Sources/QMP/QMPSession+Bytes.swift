import CLinux
import Glibc
import LinuxSystem

// Nonblocking reads from and writes to the socket.

extension QMPSession {
  func socketReady(_ events: UInt32) {
    if ending != nil { return }
    if events & clinux_event_writable != 0 { flush() }
    if events & (clinux_event_readable | clinux_event_hung_up) != 0 { read() }
  }

  /// Reads one chunk. The event loop reads the next one after it has served the other sessions and the timers: a peer
  /// that never stops sending must not delay them.
  /// - Returns: `true` if there was data.
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

  /// Adds a line that the next ``flush()`` sends.
  func enqueue(_ bytes: [UInt8], of id: SessionStateMachine.RequestID? = nil, _ command: Submission? = nil) {
    if let trace = options.trace { bytes.withUnsafeBufferPointer { trace(QMPTrace(.sent, $0)) } }
    unsent.append(
      OutgoingLines.Line(
        id: id, bytes: bytes, descriptors: command?.passing ?? [], isUrgent: command?.isOutOfBand ?? false))
  }

  /// Writes as much as the socket accepts; the rest is written when the socket is writable again.
  func flush() {
    while unsent.isReady {
      let sent = unsent.withNext { bytes, descriptors in
        clinux_send(socket.number, bytes.baseAddress, bytes.count, descriptors, descriptors.count)
      }
      if sent == -Int64(EAGAIN) { break }
      if sent < 0 { return endUnwritable(Self.words(sent)) }
      if let id = unsent.removeFirst(Int(sent)) { descriptorSent(with: id) }
    }
    if isAwaitingWritable != unsent.isReady { awaitWritable(unsent.isReady) }
  }

  /// Ends the session after a failed write, and reads what QEMU has already sent: at most what the kernel can buffer.
  private func endUnwritable(_ reason: String) {
    unsent = OutgoingLines()
    for _ in 0..<64 where ending == nil {
      if !read() { break }
    }
    end(QMPError(.connectionLost, "the QMP connection cannot be written: \(reason)"))
  }

  /// Holds the next descriptor back: with out-of-band commands QEMU reads ahead and keeps only the last descriptor, so
  /// it must have used the previous one.
  private func descriptorSent(with id: SessionStateMachine.RequestID) {
    guard options.isOutOfBandEnabled else { return }
    commandWithDescriptor = id
    unsent.isHoldingDescriptors = true
  }

  /// Allows the next descriptor once the command of the previous one has been answered, even if too late.
  func allowNextDescriptor() {
    guard let id = commandWithDescriptor, !machine.isUnanswered(id) else { return }
    commandWithDescriptor = nil
    unsent.isHoldingDescriptors = false
  }

  private func awaitWritable(_ isAwaited: Bool) {
    isAwaitingWritable = isAwaited
    EventLoop.shared.modifyWatch(
      socket.number, isAwaited ? clinux_event_readable | clinux_event_writable : clinux_event_readable)
  }
}
