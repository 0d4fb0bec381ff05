import QMP

/// Returns the state of a virtual machine and the number of its CPUs.
func describe(monitor path: String) async throws -> String {
  let session = try await QMPSession.connect(path: path)
  let status = try await session.execute(QueryStatus())
  let cpus = try await session.execute(QueryCPUsFast())
  await session.close()
  return "\(status.status), \(cpus.count) CPUs"
}

/// Resumes the guest, and waits until QEMU reports it.
func run(_ session: QMPSession) async throws {
  // The listener exists before the command is sent, so that no event is missed.
  let events = await session.events()
  _ = try await session.execute(Cont())
  _ = try await events.first(ResumeEvent.self, within: .seconds(5))
}

/// Passes an open file to QEMU, and adds a block node on it.
func addImage(_ descriptor: Int32, to session: QMPSession) async throws {
  let set = try await session.execute(AddFD(opaque: "image"), passing: descriptor)
  let file = BlockdevOptions(
    .file(BlockdevOptionsFile(filename: "/dev/fdset/\(set.fdsetID)")), readOnly: true)
  let node = BlockdevOptions(
    .raw(BlockdevOptionsRaw(file: .definition(file))), nodeName: "image", readOnly: true)
  _ = try await session.execute(BlockdevAdd(node))
}

/// Quits QEMU, whatever the state of the virtual machine.
func quit(_ session: QMPSession) async throws {
  do throws(QMPError) {
    _ = try await session.execute(Quit(), timeout: .seconds(10))
  } catch {
    switch error.code {
    case .refused: print("QEMU refused the command:", error.summary)
    case .connectionLost: print("QEMU exited before it answered")
    case .timedOut: print("no answer; whether QEMU will exit is unknown")
    default: throw error
    }
  }
}
