import QEMUCommandLine
import QEMUDiagnosis
import QEMUJSON
import QEMUPlanning
import QMP

/// The sending of commands, and the wait for devices that they unplug.
extension VirtualMachine {
  func send(_ command: Change.Command, _ timeout: Duration) async throws(LifecycleError) {
    let events = command.endingDevice == nil ? nil : await session.events()
    let reply = try await execute(command.name, command.arguments)
    // HMP reports a refusal as text.
    if command.name == "human-monitor-command", let words = reply.stringValue,
      !command.isSuccess(answer: words)
    {
      throw LifecycleError(
        .commandFailed, "QEMU refused \(command.description)", evidence: [words],
        remedy: "apply the configuration with --restart")
    }
    guard let events, let id = command.endingDevice else { return }
    try await awaitUnplugging(of: id, events, timeout)
  }

  /// Waits until a device is unplugged. The event may be missing or late, so QEMU is also queried.
  private func awaitUnplugging(
    of id: String, _ events: QMPEvents, _ timeout: Duration
  ) async throws(LifecycleError) {
    let end = ContinuousClock.now + timeout
    while true {
      let span = min(.milliseconds(500), end - .now)
      switch try await unplugging(of: id, events, within: span) {
      case .removed: return
      case .refused(let words):
        throw LifecycleError(
          .commandFailed, "the guest refused to unplug device \(id)", evidence: [words],
          remedy:
            "release the device in the guest, for example set its memory offline, or restart the virtual machine without the device"
        )
      case nil:
        if try await !isPlugged(id) { return }
        if span == .milliseconds(500) { continue }
        throw LifecycleError(
          .timedOut, "device \(id) was not unplugged within \(timeout)",
          evidence: ["device_del \(id): no DEVICE_DELETED event"],
          remedy:
            "check that the guest is running and has a hotplug driver, or restart the virtual machine without the device"
        )
      }
    }
  }

  /// Waits for an event about the unplugging of a device; nil if none came in time.
  private func unplugging(
    of id: String, _ events: QMPEvents, within time: Duration
  ) async throws(LifecycleError) -> Unplugging? {
    do throws(QMPError) {
      let event = try await events.first(within: max(time, .zero)) { Unplugging($0, of: id) != nil }
      return Unplugging(event, of: id)
    } catch {
      if error.code == .timedOut { return nil }
      throw await explain(error)
    }
  }

  private func isPlugged(_ id: String) async throws(LifecycleError) -> Bool {
    let list = try await execute("qom-list", ["path": "/machine/peripheral"])
    return list.arrayValue?.contains { $0["name"]?.stringValue == id } ?? false
  }
}

extension Change.Command {
  fileprivate func isSuccess(answer words: String) -> Bool {
    let words = String(words.reversed().drop(while: \.isWhitespace).reversed())
    return successText.isEmpty ? words.isEmpty : words.hasSuffix(successText)
  }

  /// `device_del {"id": "nic"}`; an object's members stay out, one may be a secret.
  var description: String {
    name == "object-add" ? name : "\(name) \((try? JSON.object(arguments).serialized()) ?? "")"
  }
}
