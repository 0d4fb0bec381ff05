import CLinux
import Glibc
import QEMUSupervision

/// QEMU's standard input and output, which may be a serial console of the guest. It is always read, because a console
/// that is not read stalls the guest.
final class Console {
  private let place: MachinePlace
  private let poller: Poller
  private let run: String
  private let output: Handle
  private var log: ConsoleLog
  private var file: Handle?

  /// The function that gets what QEMU writes.
  var received: (ArraySlice<UInt8>) -> Void = { _ in }

  /// Makes the console of a new run, or opens that of a running QEMU.
  init?(run: String, _ place: MachinePlace, _ poller: Poller) {
    let name = place.consoleOutput(of: run)
    // Named pipes, so that another supervisor can open them.
    _ = place.makeFIFO(name)
    _ = place.makeFIFO(place.consoleInput(of: run))
    guard let output = place.open(name, O_RDONLY | O_NONBLOCK) else { return nil }
    self.place = place
    self.poller = poller
    self.run = run
    self.output = output
    let file = place.open(place.consoleLog(of: run), O_WRONLY | O_CREAT | O_APPEND)
    self.file = file
    log = ConsoleLog(size: file.map { Int(lseek($0.number, 0, SEEK_END)) } ?? 0)
    poller.watch(output.number, clinux_event_readable) { [unowned self] events in
      // Without a writer the pipe is hung up all the time.
      if !read(), events & clinux_event_hung_up != 0 { poller.unwatch(output.number) }
    }
  }

  deinit { poller.unwatch(output.number) }

  /// Opens QEMU's standard input. It is never at its end, even if no supervisor is running.
  func openInput() -> Handle? { place.open(place.consoleInput(of: run), O_RDWR) }

  /// Opens QEMU's standard output.
  func openOutput() -> Handle? { place.open(place.consoleOutput(of: run), O_WRONLY) }

  /// Reads what QEMU has written.
  /// - Returns: whether there was something.
  private func read() -> Bool {
    let size = poller.buffer.fill { buffer in
      let count = Glibc.read(output.number, buffer.baseAddress, buffer.count)
      return count < 0 ? -Int64(errno) : Int64(count)
    }
    if size <= 0 { return false }
    let bytes = poller.buffer.bytes
    perform(log.write(for: bytes))
    received(bytes)
    return true
  }

  private func perform(_ write: ConsoleWrite) {
    if write.rotatesFirst { rotate() }
    if file == nil { file = openLog() }
    var written = 0
    var error = file == nil ? errno : 0
    if let file { (written, error) = writeAll(write.marker + write.bytes, to: file.number) }
    log.wrote(written, of: write, error: error)
  }

  private func rotate() {
    let name = place.consoleLog(of: run)
    if place.rename(name, to: "\(name).1") {
      file = nil
      log.rotated()
    } else {
      log.rotationFailed()
    }
  }

  private func openLog() -> Handle? { place.open(place.consoleLog(of: run), O_WRONLY | O_CREAT | O_APPEND) }

  /// The output of the run that is still in the log.
  var past: [UInt8] {
    let name = place.consoleLog(of: run)
    return place.tail(ofFile: "\(name).1", Self.longestPast) + place.tail(ofFile: name, Self.longestPast)
  }

  private static let longestPast = 8 << 20

  /// Reads the rest after QEMU has exited, and removes the pipes.
  func finish() {
    while read() {}
    if let write = log.finalWrite() { perform(write) }
    remove()
  }

  /// Removes the pipes.
  func remove() {
    poller.unwatch(output.number)
    place.remove(place.consoleOutput(of: run))
    place.remove(place.consoleInput(of: run))
  }
}
