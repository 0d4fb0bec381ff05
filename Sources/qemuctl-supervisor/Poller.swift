import CLinux
import Glibc
import QEMUSupervision

/// The wait for descriptors and for one time. It never wakes up without an event.
final class Poller {
  typealias Handler = (_ events: UInt32) -> Void

  /// The memory for reads.
  let buffer = ReadBuffer()
  private let epoll: Int32
  private let timer: Int32
  /// The handlers, by descriptor.
  private var handlers: [Handler?] = []
  private var alarm: Instant?
  private var isEnding = false

  /// The function that is called when the time of ``alarm`` is reached.
  var alarmReached: () -> Void = {}
  /// The function that is called after the handlers of each wake-up.
  var settled: () -> Void = {}

  /// Makes a poller; nil if the process cannot open its descriptors.
  init?() {
    epoll = clinux_epoll_create()
    timer = clinux_timer()
    guard epoll >= 0, timer >= 0 else { return nil }
    watch(timer, clinux_event_readable) { [unowned self] _ in
      _ = clinux_timer_clear(timer)
      alarm = nil
      alarmReached()
    }
  }

  /// Calls a handler whenever a descriptor has one of the events.
  func watch(_ descriptor: Int32, _ events: UInt32, _ handler: @escaping Handler) {
    guard descriptor >= 0, clinux_epoll_add(epoll, descriptor, events) == 0 else { return }
    while handlers.count <= descriptor { handlers.append(nil) }
    handlers[Int(descriptor)] = handler
  }

  /// Changes the events that a descriptor is watched for.
  func modify(_ descriptor: Int32, _ events: UInt32) { _ = clinux_epoll_modify(epoll, descriptor, events) }

  /// Ends the watch of a descriptor; it must still be open.
  func unwatch(_ descriptor: Int32) {
    guard handlers.indices.contains(Int(descriptor)), handlers[Int(descriptor)] != nil else { return }
    _ = clinux_epoll_remove(epoll, descriptor)
    handlers[Int(descriptor)] = nil
  }

  /// Sets the time of the next alarm; nil for none.
  func setAlarm(_ time: Instant?, now: Instant) {
    if time == alarm { return }
    alarm = time
    if let time {
      _ = clinux_timer_set(timer, time.nanoseconds - now.nanoseconds)
    } else {
      _ = clinux_timer_disarm(timer)
    }
  }

  /// Ends ``run()`` after the present handlers.
  func end() { isEnding = true }

  /// Waits for events and calls their handlers, until ``end()`` is called.
  func run() {
    var events = [clinux_event](repeating: clinux_event(), count: 16)
    while !isEnding {
      let count = clinux_epoll_wait(epoll, &events, Int32(events.count), true)
      if count < 0 { return }
      for index in 0..<Int(count) {
        let descriptor = Int(events[index].descriptor)
        // A handler before may have ended this watch.
        if handlers.indices.contains(descriptor) { handlers[descriptor]?(events[index].events) }
      }
      settled()
    }
  }
}
