import CLinux
import Glibc
import QEMUSupervision

/// The connection of a QMP client.
final class ClientConnection {
  private let handle: Handle
  private let poller: Poller
  private var queue = OutgoingQueue()
  private var isReading = true
  private var isCut = false

  /// The function that gets the bytes and the descriptors that the client sends.
  var received: (ArraySlice<UInt8>, [Int32]) -> Void = { _, _ in }
  /// The function that is called when the connection has ended.
  var ended: () -> Void = {}

  private static let mostDescriptors = 64

  init(_ handle: Handle, _ poller: Poller) {
    self.handle = handle
    self.poller = poller
    poller.watch(handle.number, clinux_event_readable) { [weak self] in self?.ready($0) }
  }

  deinit { poller.unwatch(handle.number) }

  /// The number of bytes that wait to be sent.
  var pendingCount: Int { queue.count }

  private func ready(_ events: UInt32) {
    if events & clinux_event_writable != 0 { flush() }
    if events & clinux_event_hung_up != 0, !isReading { return end() }
    if isReading, events & (clinux_event_readable | clinux_event_hung_up) != 0 { read() }
  }

  private func read() {
    var descriptors = [Int32](repeating: -1, count: Self.mostDescriptors)
    var count = descriptors.count
    let size = poller.buffer.fill {
      clinux_receive_descriptors(handle.number, $0.baseAddress, $0.count, &descriptors, &count)
    }
    if size == -Int64(EAGAIN) { return }
    if size <= 0 { return end() }
    received(poller.buffer.bytes, Array(descriptors[..<count]))
  }

  /// Sends bytes, now or when the client reads.
  func send(_ bytes: [UInt8]) {
    if isCut { return }
    queue.append(bytes)
    flush()
  }

  private func flush() {
    while queue.count > 0 {
      let sent = queue.withFront { clinux_send(handle.number, $0.baseAddress, $0.count, nil, 0) } ?? 0
      if sent == -Int64(EAGAIN) { break }
      if sent < 0 { return end() }
      queue.advance(Int(sent))
    }
    if queue.count == 0, isCut || queue.isOverflown { return end() }
    watch()
  }

  private func watch() {
    var events: UInt32 = 0
    if isReading { events |= clinux_event_readable }
    if queue.count > 0 { events |= clinux_event_writable }
    poller.modify(handle.number, events)
  }

  /// Stops or continues to read what the client sends.
  func setReading(_ isReading: Bool) {
    self.isReading = isReading
    watch()
  }

  /// Closes the connection after the bytes that wait are sent.
  func cut() {
    isCut = true
    isReading = false
    flush()
  }

  private func end() {
    poller.unwatch(handle.number)
    ended()
  }
}

/// The memory that all reads share, because there is one thread.
final class ReadBuffer {
  private var memory = [UInt8](repeating: 0, count: 16 << 10)
  private var count = 0

  /// The bytes of the last read.
  var bytes: ArraySlice<UInt8> { memory[..<count] }

  /// Reads into the memory.
  /// - Returns: the result of the read.
  func fill(_ read: (UnsafeMutableRawBufferPointer) -> Int64) -> Int64 {
    let result = memory.withUnsafeMutableBytes(read)
    count = Int(max(result, 0))
    return result
  }
}
